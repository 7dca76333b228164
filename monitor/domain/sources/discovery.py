"""Terminals that a source lists and the inventory lacks."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice

from msgspec import structs

from monitor.domain.instant import Instant
from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.terminal import DEFAULT_DIALECT, TERMINAL_ID, Terminal
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import TerminalReport

MOST_DISCOVERED = 100_000
"""Of all sources together: a source that makes up terminals must not exhaust the memory."""

KEPT_UNLISTED_S = 7 * 86_400.0
"""A terminal that its source lists no more is watched for so long, in which posmon was running."""

SAVED_AT_ONCE = 500
_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredTerminal:
    """A terminal that is watched because a source lists it.

    `terminal` stands in place of a row of the inventory. `unlisted_since` is when the source was first seen
    to list it no more, None while it lists it.
    """

    terminal: Terminal
    unlisted_since: Instant | None = None


class Discoveries:
    """The discovered terminals of all sources, by their endpoints.

    An endpoint that the inventory names is not discovered, and no two have one terminal id. `is_full` tells
    that a source lists more than MOST_DISCOVERED allow.
    """

    def __init__(self, *, most: int = MOST_DISCOVERED) -> None:
        self.is_full = False
        self._most = most
        self._found: dict[str, DiscoveredTerminal] = {}
        self._endpoints: dict[str, str] = {}
        self._unsaved: dict[str, DiscoveredTerminal | None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Terminal]:
        """Iterate over the rows that stand in place of inventory rows."""
        return (found.terminal for found in self._found.values())

    def __contains__(self, terminal_id: object) -> bool:
        return terminal_id in self._endpoints

    def restore(self, remembered: Iterable[DiscoveredTerminal]) -> None:
        """Go on from what an earlier run has saved, before the first inventory."""
        for found in remembered:
            self._found[found.terminal.endpoint] = found
            self._endpoints[found.terminal.terminal_id] = found.terminal.endpoint

    def see(
        self, source: str, report: TerminalReport, inventory: Inventory, *, dialect: str = DEFAULT_DIALECT
    ) -> Terminal | None:
        """Take in that a source lists a terminal; return its row when that is new or reads otherwise."""
        endpoint = f"{source}:{report.terminal}"
        known = self._found.get(endpoint)
        row = known.terminal if known is not None else self._new_row(source, report.terminal, inventory)
        if row is None:
            return None
        said = _described(row if row.dialect == dialect else structs.replace(row, dialect=dialect), report)
        if known is not None and said is row and known.unlisted_since is None:
            return None
        self._keep(DiscoveredTerminal(terminal=said))
        return None if known is not None and said is row else said

    def miss(self, board: SourceBoard, now: Instant) -> list[Terminal]:
        """Note which terminals the source lists no more; return those that are dropped for that."""
        gone = []
        beginning = f"{board.name}:"
        for endpoint, found in list(self._found.items()):
            if not endpoint.startswith(beginning) or not board.misses(endpoint[len(beginning) :], now):
                continue
            since = found.unlisted_since
            if since is None:
                self._keep(replace(found, unlisted_since=now))
            elif now.monotonic - since.monotonic > KEPT_UNLISTED_S:
                gone.append(found.terminal)
                self._drop(found.terminal)
        return gone

    def give_way(self, inventory: Inventory, sources: Mapping[str, SourceBoard]) -> list[Terminal]:
        """Drop and return what the inventory names by endpoint or id, or whose source discovers no more."""
        named = {row.endpoint for row in inventory}
        gone = [
            row
            for row in self
            if row.endpoint in named
            or row.terminal_id in inventory
            or not discovers(sources, row.endpoint.partition(":")[0])
        ]
        for row in gone:
            self._drop(row)
        return gone

    def drain_unsaved(self) -> Mapping[str, DiscoveredTerminal | None]:
        """Return up to SAVED_AT_ONCE changes by terminal id; they count as saved. None: dropped."""
        portion = dict(islice(self._unsaved.items(), SAVED_AT_ONCE))
        for terminal_id in portion:
            del self._unsaved[terminal_id]
        return portion

    def _new_row(self, source: str, listed: str, inventory: Inventory) -> Terminal | None:
        self.is_full = len(self._found) >= self._most
        terminal_id = None if self.is_full else id_of(source, listed, taken=(inventory, self._endpoints))
        return Terminal(terminal_id=terminal_id, endpoint=f"{source}:{listed}") if terminal_id else None

    def _keep(self, found: DiscoveredTerminal) -> None:
        terminal_id, endpoint = found.terminal.terminal_id, found.terminal.endpoint
        self._found[endpoint] = self._unsaved[terminal_id] = found
        self._endpoints[terminal_id] = endpoint

    def _drop(self, terminal: Terminal) -> None:
        self.is_full = False
        del self._found[terminal.endpoint], self._endpoints[terminal.terminal_id]
        self._unsaved[terminal.terminal_id] = None


def discovers(sources: Mapping[str, SourceBoard], name: str) -> bool:
    """Tell whether there is a source of that name that discovers."""
    board = sources.get(name)
    return board is not None and board.discovers


def id_of(source: str, listed: str, *, taken: Collection[Collection[str] | Inventory]) -> str | None:
    """Return the terminal id of a discovered terminal, None in the odd case that there is none.

    It is the source's own id. Where that cannot be one or is taken, it is `SOURCE:ID`; where that cannot be
    one either, `SOURCE:` and the first twenty hexadecimal digits of the id's SHA-256.
    """
    digest = sha256(listed.encode()).hexdigest()[:_DIGITS]
    for candidate in (listed, f"{source}:{listed}", f"{source}:{digest}"):
        if TERMINAL_ID.fullmatch(candidate) and not any(candidate in ids for ids in taken):
            return candidate
    return None


def _described(row: Terminal, report: TerminalReport) -> Terminal:
    """Return a row with the source's words; what the source does not say now stays as it was."""
    reading = report.reading
    site, serial_number = report.site or row.site, reading.serial_number or row.serial_number
    vendor, model = reading.vendor or row.vendor, reading.model or row.model
    if (site, serial_number, vendor, model) == (row.site, row.serial_number, row.vendor, row.model):
        return row
    return structs.replace(row, site=site, serial_number=serial_number, vendor=vendor, model=model)
