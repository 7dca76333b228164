"""Which terminals, in which order, page by page."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.health import Health, health_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from monitor.views.chunked_work import Steps, parts
from monitor.views.cursor import decode_cursor, encode_cursor
from monitor.views.documents import DEFAULT_LIMIT, Summary, TerminalPage, TerminalRow
from monitor.views.terminal_row import serial_number_of, terminal_row, vendor_of

_NO_RULES = TerminalRules((), (), ())
_ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFilter:
    """Matches terminals that have one of the values of every field given; an empty set matches all.

    `q` is a part of the terminal id, the merchant's name or the serial number, in any case. `attention` wants
    those whose health is not ok. A `status` that is not empty also includes inventory rows that are not
    polled.
    """

    site: frozenset[str] = _ANY
    region: frozenset[str] = _ANY
    vendor: frozenset[str] = _ANY
    model: frozenset[str] = _ANY
    status: frozenset[InventoryStatus] = frozenset()
    health: frozenset[Health] = frozenset()
    attention: bool = False
    q: str = ""

    @property
    def is_open(self) -> bool:
        """Whether every terminal matches, whatever its health."""
        return not (self.site or self.region or self.vendor or self.model or self.status or self.q)

    def matches(self, watched: WatchedTerminal) -> bool:
        """Tell whether a terminal matches, whatever its health."""
        terminal = watched.terminal
        return (
            (not self.site or terminal.site in self.site)
            and (not self.region or terminal.region in self.region)
            and (not self.status or terminal.status in self.status)
            and (not self.vendor or vendor_of(watched) in self.vendor)
            and (not self.model or watched.model in self.model)
            and (not self.q or self._found_in(watched))
        )

    def admits(self, health: Health) -> bool:
        """Tell whether a terminal of this health is wanted."""
        return (not self.health or health in self.health) and not (self.attention and health is Health.OK)

    def _found_in(self, watched: WatchedTerminal) -> bool:
        terminal = watched.terminal
        places = (terminal.terminal_id, terminal.merchant_name, serial_number_of(watched))
        sought = self.q.casefold()
        return any(sought in place.casefold() for place in places)


class TerminalListing:
    """A fleet's terminals in the order of their ids, sorted again only after some joined or left."""

    def __init__(self, *, fleet: Fleet, book: AlertBook) -> None:
        self._fleet = fleet
        self._book = book
        self._sorted: list[str] = []
        self._revision = -1

    def paging(
        self,
        wanted: TerminalFilter,
        *,
        cursor: str = "",
        limit: int = DEFAULT_LIMIT,
        summary: Summary | None = None,
    ) -> Steps[TerminalPage]:
        """Return the terminals after `cursor` that are wanted, at most `limit`.

        Raises BadCursor. A first page tells how many match: `summary`, where that is known already, or
        else what a look at every terminal gives. Other pages look no further than they are full.
        """
        ids = self._ids(wanted)
        start = bisect_right(ids, decode_cursor(cursor, parts=1)[0]) if cursor else 0
        counts = None if cursor or summary else dict.fromkeys(Health, 0)
        found = yield from self._finding(wanted, ids[start:], limit + 1, counts)
        rows: list[TerminalRow] = []
        for part in parts(found[:limit]):
            rows += [terminal_row(watched, self._book, self._fleet) for watched in part]
            yield
        return TerminalPage(
            summary=summary if counts is None else summary_of(counts),
            terminals=rows,
            next_cursor=encode_cursor(rows[-1].terminal_id) if len(found) > limit else None,
        )

    def _ids(self, wanted: TerminalFilter) -> list[str]:
        if self._revision != self._fleet.revision:
            self._sorted = sorted(watched.terminal.terminal_id for watched in self._fleet)
            self._revision = self._fleet.revision
        if not wanted.status:
            return self._sorted
        unpolled = self._fleet.unpolled.values()
        return sorted([*self._sorted, *(row.terminal_id for row in unpolled if row.status in wanted.status)])

    def _finding(
        self, wanted: TerminalFilter, ids: Sequence[str], enough: int, counts: dict[Health, int] | None
    ) -> Steps[list[WatchedTerminal]]:
        """Return the first `enough` that are wanted, having counted all that match but for their health."""
        found: list[WatchedTerminal] = []
        for part in parts(ids):
            for watched, health in self._matching(wanted, part):
                if counts is not None:
                    counts[health] += 1
                if len(found) < enough and wanted.admits(health):
                    found.append(watched)
            if counts is None and len(found) == enough:
                break
            yield
        return found

    def _matching(
        self, wanted: TerminalFilter, ids: Iterable[str]
    ) -> Iterator[tuple[WatchedTerminal, Health]]:
        about, is_open = self._book.about, wanted.is_open
        for terminal_id in ids:
            # Since the first step it may have gone.
            watched = find_terminal(self._fleet, terminal_id)
            if watched is not None and (is_open or wanted.matches(watched)):
                is_closed = terminal_id in self._fleet.closed
                yield watched, health_of(watched, about(terminal_id).values(), is_closed=is_closed)


def find_terminal(fleet: Fleet, terminal_id: str) -> WatchedTerminal | None:
    """Return a terminal of the inventory, polled or not; None when there is no such terminal."""
    watched = fleet.get(terminal_id)
    if watched is None and terminal_id in fleet.unpolled:
        return _never_polled(fleet.unpolled[terminal_id])
    return watched


def summary_of(counts: Mapping[Health, int]) -> Summary:
    """Return counts by health as a document."""
    return Summary(
        ok=counts[Health.OK],
        warning=counts[Health.WARNING],
        critical=counts[Health.CRITICAL],
        unknown=counts[Health.UNKNOWN],
    )


def _never_polled(terminal: Terminal) -> WatchedTerminal:
    """Return an inventory row that is not polled as a terminal without any known value."""
    return WatchedTerminal(terminal, rules=_NO_RULES, now=Instant(0.0, 0.0))
