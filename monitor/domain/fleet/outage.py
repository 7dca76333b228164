"""Many terminals silent, or answering wrongly, at once: one site's, or the whole fleet's."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from math import inf

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.subjects import FLEET, SITE, subject_of
from monitor.domain.fleet.mass_loss import MassLoss
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.fleet.wrong_answers import WrongAnswers
from monitor.domain.instant import Instant

_LOOK_EVERY_S = 1.0


class Outage:
    """The members that are down in a group of terminals that are paged for.

    `members` are those that count. A terminal that is off because its shop is closed is in `closed` instead.
    Invariant: `down` is the number of `members` whose last poll nothing answered, `places` where they stand;
    each costs O(1) to ask. Members that answer, but not with a heartbeat, are not down: they are in `wrong`.
    `kind` is the kind of group, `name` its name, "" for the fleet. `alert` is the latest that says the group
    is down, open or over.
    """

    __slots__ = (
        "_asked_at",
        "_down",
        "_looked_at",
        "_places",
        "_regions",
        "alert",
        "closed",
        "kind",
        "members",
        "name",
        "wrong",
    )

    def __init__(self, name: str, *, kind: str = SITE) -> None:
        self.kind = kind
        self.name = name
        self.members: dict[str, WatchedTerminal] = {}
        self.closed: dict[str, WatchedTerminal] = {}
        self.alert: Alert | None = None
        self.wrong = WrongAnswers()
        self._down: dict[str, WatchedTerminal] = {}
        self._places: Counter[str] = Counter()
        self._regions: Counter[str] = Counter()
        self._looked_at = -inf
        self._asked_at = Instant(-inf, -inf)

    @property
    def subject(self) -> str:
        """The subject of alerts about the group."""
        return subject_of(self.kind, self.name)

    @property
    def down(self) -> int:
        """Number of terminals down."""
        return len(self._down)

    @property
    def example(self) -> WatchedTerminal | None:
        """A terminal of the group, whether it counts or not; None where the group is empty."""
        return next(iter(self.members.values()), None) or next(iter(self.closed.values()), None)

    @property
    def share(self) -> float:
        """Down terminals over all that count, 0-1."""
        return len(self._down) / len(self.members) if self.members else 0.0

    @property
    def places(self) -> int:
        """Number of places with a terminal down; one without a site is a place of its own."""
        return len(self._places)

    @property
    def region(self) -> str:
        """The region of most members, the first by name where they are as many."""
        return min(self._regions, key=lambda region: (-self._regions[region], region), default="")

    def add(self, member: WatchedTerminal, *, is_closed: bool = False) -> None:
        """Count a terminal in."""
        self.members[member.terminal.terminal_id] = member
        self._regions[member.terminal.region] += 1
        self.moved(member, is_closed=is_closed)

    def remove(self, member: WatchedTerminal) -> None:
        """Count a terminal out, by the row it was counted in with; unknown ones are ignored."""
        terminal_id = member.terminal.terminal_id
        if self.members.pop(terminal_id, None) or self.closed.pop(terminal_id, None):
            count_out(self._regions, member.terminal.region)
            self._came_back(member)
            self.wrong.remove(terminal_id)

    def moved(self, member: WatchedTerminal, *, is_closed: bool = False) -> None:
        """Count a member that went down or came back, or whose answer is another.

        One that is off as expected (`is_closed`) does not count at all.
        """
        terminal_id = member.terminal.terminal_id
        self._count(member, is_closed=is_closed)
        self.wrong.moved(member)
        if is_closed or not member.is_silent:
            self._came_back(member)
        elif terminal_id not in self._down:
            self._down[terminal_id] = member
            self._places[place_of(member)] += 1

    def began(self, share: float, *, at_least: int = 1) -> Instant:
        """Return the moment by which `share` of the members, and `at_least` so many, had been lost.

        Only while that many are down; raises ValueError otherwise.
        """
        total = len(self.members)
        # The quotient of `share`, not a product: in floating point 0.55 * 100 is more than 55.
        needed = max(at_least, bisect_left(range(total), share, key=lambda number: number / total))
        if len(self._down) < needed:
            raise ValueError("the outage does not reach that share")
        return nsmallest(needed, (member.unreachable_since for member in self._down.values()))[-1]

    def asked_at(self, now: Instant) -> Instant:
        """Return a moment since which all that are down have been polled, as of a second ago at most."""
        # Many terminals of a large group move within a second, and each time all would be looked at.
        if now.monotonic >= self._looked_at + _LOOK_EVERY_S:
            self._looked_at = now.monotonic
            self._asked_at = min((member.asked_at for member in self._down.values()), default=now)
        return self._asked_at

    def explain(self) -> None:
        """Keep the outage of the group out of the flapping history of its members."""
        for member in (*self._down.values(), *self.wrong):
            member.forget_failures()

    def explaining(self, member: WatchedTerminal) -> Iterator[Alert]:
        """Yield the alerts about the group, open or over, that may be all there is to a member's own."""
        if self.alert is not None and not member.answers_wrongly:
            yield self.alert
        if self.wrong.alert is not None and (not member.is_down or self.wrong.is_shared(member)):
            yield self.wrong.alert

    def _count(self, member: WatchedTerminal, *, is_closed: bool) -> None:
        here, there = (self.closed, self.members) if is_closed else (self.members, self.closed)
        if there.pop(member.terminal.terminal_id, None) is not None:
            here[member.terminal.terminal_id] = member

    def _came_back(self, member: WatchedTerminal) -> None:
        if self._down.pop(member.terminal.terminal_id, None) is not None:
            count_out(self._places, place_of(member))


class FleetOutage(Outage):
    """Who is down in the whole fleet, which posmon's own link can take away at once.

    `uplinks` maps a probed place to whether it answered.
    """

    __slots__ = ("mass_loss", "uplinks")

    def __init__(self) -> None:
        super().__init__("", kind=FLEET)
        self.mass_loss = MassLoss()
        self.uplinks: dict[str, bool] = {}

    @property
    def is_uplink_lost(self) -> bool:
        """Whether there are probed places and none of them answered."""
        return bool(self.uplinks) and not any(self.uplinks.values())

    def lost_since(self, earliest_s: float) -> Instant | None:
        """Return when the first of those that are down was lost, but not before that monotonic time."""
        lost = (member.unreachable_since for member in self._down.values())
        return min((since for since in lost if since.monotonic >= earliest_s), default=None)

    def asked_at(self, now: Instant) -> Instant:
        """Return `now`: no larger outage can explain this one, so the members need no look."""
        return now


def place_of(member: WatchedTerminal) -> str:
    """Return where a terminal stands: its site, or a place of its own."""
    return member.terminal.site or f"/{member.terminal.terminal_id}"


def count_out(counts: Counter[str], name: str) -> None:
    """Count one less of a name, and forget it at none."""
    counts[name] -= 1
    if not counts[name]:
        del counts[name]
