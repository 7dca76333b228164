"""A received list of events, and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.event import Event
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

MOST_IN_A_LIST = 1_000
MOST_REASONS = 5
_ID_AND_TIME = itemgetter("id", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An event that was not counted: its place in the list it came in, and why, in posmon's words.

    `is_unreadable` where the event is not written as one, rather than too old or one too many.
    """

    index: int
    reason: str
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """The outcome of a list of events; `cards` are those with another wrong PIN."""

    accepted: int = 0
    duplicates: int = 0
    rejected: Sequence[Rejection] = ()
    cards: Sequence[CardWindow] = ()

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Why events could not be read, each reason once, MOST_REASONS at most."""
        if not self.rejected:
            return ()
        reasons = dict.fromkeys(one.reason for one in self.rejected if one.is_unreadable)
        return tuple(reasons)[:MOST_REASONS]


NOTHING_INGESTED = IngestResult()


class Unplaced(NamedTuple):
    """A counted event that waits for its windows: `at` places it (monotonic), received at `received_at`."""

    watched: WatchedTerminal
    event: Event
    at: float
    received_at: Instant


def list_key(documents: Sequence[Any]) -> int | None:
    """Return a key of the ids and times of a list: terminals repeat the last events that they remember."""
    try:
        return hash(tuple(map(_ID_AND_TIME, documents)))
    except (TypeError, KeyError, IndexError):
        return None


def refuse_crowd(documents: Sequence[Any]) -> Sequence[Rejection]:
    """Return one rejection for all events beyond what one list may hold, none where it holds less."""
    left_out = len(documents) - MOST_IN_A_LIST
    if left_out <= 0:
        return ()
    reason = f"more than {MOST_IN_A_LIST} events in one list: {left_out} from here on are left out"
    return (Rejection(index=MOST_IN_A_LIST, reason=reason),)
