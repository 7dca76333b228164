"""The states that a second of a terminal can be in, and how many seconds of each there were."""

from collections.abc import Mapping
from enum import StrEnum
from operator import add
from typing import NamedTuple


class ServiceState(StrEnum):
    """Exactly one holds in every second: the first of these that applies."""

    UNMONITORED = "unmonitored"
    """Not in use by the inventory, or posmon was not running."""
    UNKNOWN = "unknown"
    """It was asked, and nothing can be said: a poll was lost, its source or posmon's own link was down."""
    CLOSED = "closed"
    """Its shop was closed."""
    PLANNED = "planned"
    """A window of planned work that excuses was in force, or the inventory said maintenance."""
    DOWN = "down"
    """No good heartbeat."""
    IMPAIRED = "impaired"
    """It answered, and could not take that payment: no paper, a faulty printer, reader, keypad or display."""
    UP = "up"


STATES: tuple[ServiceState, ...] = tuple(ServiceState)


class StateSeconds(NamedTuple):
    """Whole seconds in each state.

    `unwatched` are those of `unmonitored` in which the inventory had the terminal in use: posmon was away.
    """

    unmonitored: int = 0
    unknown: int = 0
    closed: int = 0
    planned: int = 0
    down: int = 0
    impaired: int = 0
    up: int = 0
    unwatched: int = 0

    @property
    def total(self) -> int:
        """All seconds."""
        return self.unmonitored + self.unknown + self.known

    @property
    def known(self) -> int:
        """The seconds of which posmon can say what they were."""
        return self.closed + self.planned + self.down + self.impaired + self.up

    @property
    def judged(self) -> int:
        """The seconds that count for or against: neither closed nor planned, and known."""
        return self.down + self.impaired + self.up

    @property
    def availability(self) -> float | None:
        """Share (0-1) of the judged seconds in which it answered; None when there were none."""
        return (self.up + self.impaired) / self.judged if self.judged else None

    @property
    def service_level(self) -> float | None:
        """Share (0-1) of the judged seconds in which it could take every payment; None without any."""
        return self.up / self.judged if self.judged else None

    @property
    def coverage(self) -> float | None:
        """Share (0-1) of all seconds that is known; None for no seconds at all."""
        return self.known / self.total if self.total else None

    @property
    def availability_bounds(self) -> tuple[float, float] | None:
        """Availability if all that is not known was down, and if it was up; None where that says nothing.

        Not known are `unknown` and `unwatched`: what the inventory did not have in use could not fail.
        """
        not_known = self.unknown + self.unwatched
        possible = self.judged + not_known
        if not self.judged:
            return None
        good = self.up + self.impaired
        return good / possible, (good + not_known) / possible

    def plus(self, other: "StateSeconds") -> "StateSeconds":
        """Return the sums, state by state."""
        return StateSeconds(*map(add, self, other))

    def by_state(self) -> Mapping[ServiceState, int]:
        """Return the seconds of every state, in the order in which states are tried."""
        return {state: getattr(self, state.value) for state in STATES}
