"""Many terminals down at once: one site's, or the whole fleet's."""

from collections.abc import Iterable
from heapq import nsmallest
from math import ceil

from monitor.domain.instant import Instant
from monitor.domain.watched_terminal import WatchedTerminal


class Outage:
    """Counts who is down in a group of terminals that are paged for.

    Invariant: `down` is the number of `members` whose last poll failed. `name` is the site's
    name, or "" for the fleet. `uplinks` (fleet only) maps a probed place to whether it answered.
    """

    __slots__ = ("down", "members", "name", "region", "uplinks")

    def __init__(self, name: str, *, region: str = "") -> None:
        self.name = name
        self.region = region
        self.members: dict[str, WatchedTerminal] = {}
        self.down = 0
        self.uplinks: dict[str, bool] = {}

    @property
    def share(self) -> float:
        """Down terminals over all, 0-1."""
        return self.down / len(self.members) if self.members else 0.0

    @property
    def places(self) -> int:
        """Number of places with a terminal down; one without a site is a place of its own."""
        return len(
            {
                member.terminal.site or member.terminal.terminal_id
                for member in self.members.values()
                if member.is_down
            }
        )

    def add(self, member: WatchedTerminal) -> None:
        """Count a terminal in."""
        self.members[member.terminal.terminal_id] = member
        self.down += member.is_down

    def remove(self, member: WatchedTerminal) -> None:
        """Count a terminal out; unknown ones are ignored."""
        if self.members.pop(member.terminal.terminal_id, None) is not None:
            self.down -= member.is_down

    def moved(self, *, is_down: bool) -> None:
        """Count a member that went down or came back."""
        self.down += 1 if is_down else -1

    def began(self, share: float) -> Instant:
        """Return the moment by which `share` of all members had been lost.

        Only while at least that many are down; raises ValueError otherwise.
        """
        needed = max(1, ceil(share * len(self.members)))
        starts = _starts(self.members.values())
        if len(starts) < needed:
            raise ValueError("the outage does not reach that share")
        return nsmallest(needed, starts)[-1]


def _starts(members: Iterable[WatchedTerminal]) -> list[Instant]:
    return [member.unreachable_since for member in members if member.is_down]
