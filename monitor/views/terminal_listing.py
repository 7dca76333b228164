"""Which terminals, in which order, page by page."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet
from monitor.domain.health import Health, health_of
from monitor.domain.instant import Instant
from monitor.domain.rules import TerminalRules
from monitor.domain.terminal import InventoryStatus, Terminal
from monitor.domain.watched_terminal import WatchedTerminal
from monitor.views.cursor import decode_cursor, encode_cursor
from monitor.views.documents import DEFAULT_LIMIT, Summary, TerminalPage
from monitor.views.terminal_row import model_of, serial_number_of, terminal_row, vendor_of

_by_id = attrgetter("terminal.terminal_id")
_NO_RULES = TerminalRules((), (), ())
_ANY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFilter:
    """Matches terminals that have one of the values of every field given; an empty set matches all.

    `q` is a part of the terminal id, the merchant's name or the serial number, in any case.
    `attention` wants those whose health is not ok. `status` other than the empty set also brings
    inventory rows that nobody polls.
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
            and (not self.model or model_of(watched) in self.model)
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
        self._sorted: list[WatchedTerminal] = []
        self._revision = -1

    def page(self, wanted: TerminalFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT) -> TerminalPage:
        """Return the terminals after `cursor` that are wanted, at most `limit`.

        Raises BadCursor. The first page costs a pass over the fleet, later ones no more than they hold.
        """
        candidates = self._candidates(wanted)
        if cursor:
            (last_id,) = decode_cursor(cursor, parts=1)
            start = bisect_right(candidates, last_id, key=_by_id)
            rest = self._wanted(wanted, candidates[start:], dict.fromkeys(Health, 0))
            return self._page(list(islice(rest, limit + 1)), limit, summary=None)
        counts = dict.fromkeys(Health, 0)
        found = self._wanted(wanted, candidates, counts)
        first = list(islice(found, limit + 1))
        for _ in found:
            pass
        return self._page(first, limit, summary=summary_of(counts))

    def _candidates(self, wanted: TerminalFilter) -> list[WatchedTerminal]:
        if self._revision != self._fleet.revision:
            self._sorted = sorted(self._fleet, key=_by_id)
            self._revision = self._fleet.revision
        if not wanted.status:
            return self._sorted
        unpolled = (row for row in self._fleet.unpolled.values() if row.status in wanted.status)
        return sorted([*self._sorted, *map(never_polled, unpolled)], key=_by_id)

    def _wanted(
        self, wanted: TerminalFilter, candidates: Iterable[WatchedTerminal], counts: dict[Health, int]
    ) -> Iterable[WatchedTerminal]:
        """Yield what is wanted and count what matches but for its health."""
        about = self._book.about
        is_open = wanted.is_open
        for watched in candidates:
            if is_open or wanted.matches(watched):
                health = health_of(watched, about(watched.terminal.terminal_id).values())
                counts[health] += 1
                if wanted.admits(health):
                    yield watched

    def _page(self, found: Sequence[WatchedTerminal], limit: int, *, summary: Summary | None) -> TerminalPage:
        shown = found[:limit]
        return TerminalPage(
            summary=summary,
            terminals=[terminal_row(watched, self._book) for watched in shown],
            next_cursor=encode_cursor(shown[-1].terminal.terminal_id) if len(found) > limit else None,
        )


def summary_of(counts: Mapping[Health, int]) -> Summary:
    """Return counts by health as a document."""
    return Summary(
        ok=counts[Health.OK],
        warning=counts[Health.WARNING],
        critical=counts[Health.CRITICAL],
        unknown=counts[Health.UNKNOWN],
    )


def never_polled(terminal: Terminal) -> WatchedTerminal:
    """Return an inventory row that nobody polls as a terminal of which nothing is known."""
    return WatchedTerminal(terminal, rules=_NO_RULES, now=Instant(0.0, 0.0))
