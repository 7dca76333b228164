"""The events of earlier runs, back in their windows while new ones come in."""

from collections import deque
from collections.abc import Iterator, Sequence

from monitor.domain.alerts.subjects import SOURCE, name_in
from monitor.domain.event_tracking.event_windows import EventWindows
from monitor.domain.event_tracking.ingest_result import IngestResult, Unplaced
from monitor.domain.events.activity_summary import DAY_S
from monitor.domain.events.deduplication import SeenEventIds
from monitor.domain.events.event import Event, UnknownIdGiven
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

MOST_UNPLACED = 200_000


class Replay:
    """Puts the events of earlier runs back into their windows, little by little.

    `expect` makes their ids known at once, so that none is counted twice. `restore` places them, a portion
    at a time. Until `is_replayed`, new events are counted and saved but not placed (`defer`): half-filled
    windows give wrong results. `catch_up` places those at the end. `remaining` events have yet to be
    restored; `evicted` counts deferred ones that had to make room.
    """

    def __init__(self, *, fleet: Fleet, windows: EventWindows, ids: SeenEventIds, max_age_s: float) -> None:
        self.is_replayed = True
        self.remaining = 0
        self.evicted = 0
        self._may_be_untimed = False
        self._is_untimed = False
        self._fleet = fleet
        self._windows = windows
        self._ids = ids
        self._max_age_s = max_age_s
        self._deferred: deque[Unplaced] = deque(maxlen=MOST_UNPLACED)

    def expect(self, keys: Sequence[int], now: Instant) -> None:
        """Begin a replay of the events with these keys (see `event_keys`), oldest first."""
        self._ids.add_all(keys, now.monotonic)
        self.remaining = len(keys)
        self.is_replayed = not keys
        self._may_be_untimed = not self.is_replayed

    def restore(self, events: Sequence[SeenEvent], now: Instant) -> None:
        """Place a portion of the expected events, oldest first.

        Windows go by the wall clock, so the time in which posmon did not run counts. Events of terminals
        that are not watched are left out, and the tracker's counts are of this run.
        """
        self.remaining = max(0, self.remaining - len(events))
        for seen in events:
            self._is_untimed |= seen.told_s is None
            at = now.monotonic - (now.wall - seen.event.at)
            if isinstance(seen.event, UnknownIdGiven):
                self._restore_unknown_id(seen.terminal_id, seen.event, min(at, now.monotonic), now)
                continue
            watched = self._fleet.get(seen.terminal_id)
            if watched is None or at < now.monotonic - 2 * self._max_age_s:
                continue
            # Placed as if received when it happened: its alerts do not last longer for a restart.
            moment = Instant(min(at, now.monotonic), seen.event.at)
            history = self._windows.history_of(watched, moment)
            card = self._windows.place(watched, history, seen.event, at, moment)
            history.begin_evaluation(now)
            if card is not None:
                card.now = now
                card.wrong_pins.begin_evaluation()

    def _restore_unknown_id(self, subject: str, given: UnknownIdGiven, at: float, now: Instant) -> None:
        source = name_in(SOURCE, subject)
        if source and at >= now.monotonic - DAY_S:
            self._windows.unknown_ids.restore(source, given.id, at, now)

    def has_untimed(self, terminal_id: str, event_id: str) -> bool:
        """Tell whether a posmon that kept no told times has counted an event of this id."""
        return self._may_be_untimed and self._ids.has((terminal_id, event_id, None))

    def defer(self, watched: WatchedTerminal, event: Event, at: float, now: Instant) -> None:
        """Keep a new event of moment `at` (monotonic) until `catch_up`."""
        self.evicted += len(self._deferred) == MOST_UNPLACED
        self._deferred.append(Unplaced(watched, event, at, now))

    def catch_up(self, most: int) -> Iterator[tuple[WatchedTerminal, IngestResult]]:
        """Place up to `most` deferred events, oldest first, and yield each with its terminal.

        To be called when everything was restored, until `is_replayed`.
        """
        self.remaining = 0
        for _ in range(min(most, len(self._deferred))):
            watched, event, at, received_at = self._deferred.popleft()
            if self._fleet.get(watched.terminal.terminal_id) is watched:
                history = self._windows.history_of(watched, received_at)
                card = self._windows.place(watched, history, event, at, received_at)
                yield watched, IngestResult(accepted=1, cards=(card,) if card else ())
        self.is_replayed = not self._deferred
        self._may_be_untimed = self._is_untimed or not self.is_replayed
