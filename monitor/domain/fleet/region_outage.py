"""Many sites of a region dark at once: a carrier, a provider's line or the power of a district."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import chain
from math import ceil
from operator import itemgetter

from monitor.domain.alerts.subjects import REGION
from monitor.domain.fleet.outage import Outage, count_out, place_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

DARK_SHARE = 0.8
"""A place is dark when so much of it is down: one terminal that is broken for weeks hides no outage."""

_NONE = range(0)
_When = tuple[float, str]


class RegionOutage(Outage):
    """Who is down in a region, and since when its places are dark.

    A place is a site of any size, or a terminal without a site; closed shops are none. `whole` is
    the group of the whole fleet.
    Invariant: `_dark` has, in the order of time, since when each place is dark (monotonic seconds) and its
    name; a move of one terminal costs O(log places), but for the move by which a place goes dark or is not
    dark any more.
    """

    __slots__ = ("_dark", "_dark_since", "_first", "_lost", "_sizes", "_whole")

    def __init__(self, name: str, whole: Outage) -> None:
        super().__init__(name, kind=REGION)
        self._whole = whole
        self._sizes: Counter[str] = Counter()
        self._lost: dict[str, dict[str, Instant]] = {}
        self._dark: list[_When] = []
        self._dark_since: dict[str, Instant] = {}
        self._first = 0.0

    @property
    def is_whole_fleet(self) -> bool:
        """Whether the fleet has no other region: then its outage is the fleet's."""
        whole = self._whole
        return len(self.members) + len(self.closed) == len(whole.members) + len(whole.closed)

    @property
    def all_places(self) -> int:
        """Number of places with a member that counts, dark or not."""
        return len(self._sizes)

    @property
    def dark_places(self) -> Sequence[str]:
        """The places that are dark, the longest first."""
        return [place for _, place in self._dark]

    def dark_after(self, moment_s: float) -> int:
        """Return how many places went dark after a moment (monotonic seconds) and still are."""
        return len(self._dark) - bisect_right(self._dark, moment_s, key=itemgetter(0))

    def is_dark(self, member: WatchedTerminal) -> bool:
        """Tell whether the place of a member is dark."""
        return place_of(member) in self._dark_since

    def one_of_each_place(self) -> Iterator[WatchedTerminal]:
        """Yield, of each place that is not dark, the first member that answered its last poll."""
        seen = set(self._dark_since)
        for member in self.members.values():
            place = place_of(member)
            if not member.is_down and place not in seen:
                seen.add(place)
                yield member

    def add(self, member: WatchedTerminal, *, is_closed: bool = False) -> None:
        """Count a terminal in."""
        self._sizes[place_of(member)] += 1
        super().add(member, is_closed=is_closed)

    def remove(self, member: WatchedTerminal) -> None:
        """Count a terminal out, by the row it was counted in with; unknown ones are ignored."""
        terminal_id, place = member.terminal.terminal_id, place_of(member)
        counted = terminal_id in self.members
        super().remove(member)
        if counted:
            count_out(self._sizes, place)
            self._note(place, terminal_id, None)

    def moved(self, member: WatchedTerminal, *, is_closed: bool = False) -> None:
        """Count a member that went down or came back; one that is off as expected does not count at all."""
        super().moved(member, is_closed=is_closed)
        terminal_id = member.terminal.terminal_id
        since = member.unreachable_since if terminal_id in self._down else None
        self._note(place_of(member), terminal_id, since)

    def lost_together(self, *, at_least: int, share: float, window_s: float) -> range:
        """Return which of the dark places, as `went_dark` counts them, went dark within `window_s`.

        Empty unless these are `at_least` and a `share` (0-1) of all places; the earliest such are told.
        """
        needed = self.needed(at_least=at_least, share=share)
        if len(self._dark) < needed:
            return _NONE
        # Those found the last time stand first: an outage that goes on costs one look.
        first = bisect_left(self._dark, (self._first, ""))
        for start in chain(range(first, len(self._dark)), range(first)):
            until = self._dark[start][0] + window_s
            end = bisect_right(self._dark, until, key=itemgetter(0))
            if end - start >= needed:
                self._first = self._dark[start][0]
                return range(start, end)
        return _NONE

    def went_dark(self, number: int) -> Instant:
        """Return since when a place is dark, counted from the one that is dark for the longest time, 0."""
        return self._dark_since[self._dark[number][1]]

    def needed(self, *, at_least: int, share: float) -> int:
        """Return how many places make an outage."""
        return max(at_least, ceil(round(share * len(self._sizes), 6)))

    def _count(self, member: WatchedTerminal, *, is_closed: bool) -> None:
        terminal_id = member.terminal.terminal_id
        counted = terminal_id in self.members
        super()._count(member, is_closed=is_closed)
        counts = terminal_id in self.members
        if counts and not counted:
            self._sizes[place_of(member)] += 1
        elif counted and not counts:
            count_out(self._sizes, place_of(member))

    def _note(self, place: str, terminal_id: str, since: Instant | None) -> None:
        """Keep since when a terminal is down, None for not at all, and whether that makes its place dark."""
        lost = self._lost.setdefault(place, {})
        if since is None:
            lost.pop(terminal_id, None)
        else:
            lost.setdefault(terminal_id, since)
        needed = ceil(round(DARK_SHARE * self._sizes.get(place, 0), 6))
        is_dark = bool(lost) and len(lost) >= needed
        if not lost:
            del self._lost[place]
        if is_dark is (place in self._dark_since):
            return
        if is_dark:
            # The last of those by which it went dark: the first may be out of order for weeks.
            self._dark_since[place] = nsmallest(needed, lost.values())[-1]
            insort(self._dark, (self._dark_since[place].monotonic, place))
        else:
            left = self._dark_since.pop(place)
            del self._dark[bisect_left(self._dark, (left.monotonic, place))]
