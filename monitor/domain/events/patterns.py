"""The patterns in what terminals tell of transactions and log-ins: every window of every subject."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.events.activity import Activity, CardActivity
from monitor.domain.instant import Instant
from monitor.domain.record import SeenEvent
from monitor.domain.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An event that was not counted: its place in the list it came in, and why, in posmon's words."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of a list of events."""

    accepted: int = 0
    duplicates: int = 0
    rejected: Sequence[Rejection] = ()


class Patterns:
    """Counts each event once and keeps what the event detectors ask about, within bounds.

    A window is placed by the events' own time, however late and in whichever order they come.
    """

    def hear(
        self,
        terminal: Terminal,
        documents: Sequence[object],
        now: Instant,
        *,
        sent_at: float | None = None,
    ) -> Heard:
        """Take in events as a terminal or somebody on its behalf wrote them.

        `sent_at` is what the terminal's clock showed (unix seconds) when the list was sent, None when it
        does not say. Nothing of `documents` is kept.
        """
        raise NotImplementedError

    def restore(self, events: Sequence[SeenEvent], now: Instant) -> None:
        """Take in what a run before has counted; call it when the inventory is in force."""
        raise NotImplementedError

    @property
    def unsaved(self) -> Sequence[SeenEvent]:
        """Events counted since `take_unsaved`, oldest first."""
        raise NotImplementedError

    def take_unsaved(self) -> list[SeenEvent]:
        """Return the events that are to be made durable; they are not returned again."""
        raise NotImplementedError

    def activity(self, terminal_id: str, now: Instant) -> Activity:
        """Return what is known of a terminal's events; an empty one when it told of none."""
        raise NotImplementedError

    def card_activity(self, card: str, now: Instant) -> CardActivity:
        """Return what is known of a card by the first digits of its hash, as on its alerts' label."""
        raise NotImplementedError

    def unknown_ids(self, source: str, now: Instant) -> Sequence[str]:
        """Return the ids unknown to the inventory that a source gave lately, fit to be shown."""
        raise NotImplementedError
