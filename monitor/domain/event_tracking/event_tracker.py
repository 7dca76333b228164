"""Counts each event once, whether a poll or a push brought it."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from math import floor

from monitor.domain.alerts.subjects import SOURCE, subject_of
from monitor.domain.event_tracking.event_bounds import EventBounds
from monitor.domain.event_tracking.event_windows import EventWindows
from monitor.domain.event_tracking.ingest_result import (
    MOST_IN_A_LIST,
    NOTHING_INGESTED,
    IngestResult,
    Rejection,
    list_key,
    refuse_crowd,
)
from monitor.domain.event_tracking.queries import EventQueries
from monitor.domain.event_tracking.replay import Replay
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.code_numbers import CodeNumbers
from monitor.domain.events.decoding import BadEvent, EventDecoder, RejectedFor, UnreadableEvent
from monitor.domain.events.deduplication import EventName, SeenEventIds, event_name
from monitor.domain.events.event import Event, EventType, Transaction, UnknownIdGiven
from monitor.domain.events.response_codes import ResponseCodes
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.events.sliding_window import MOST_MARKS
from monitor.domain.events.terminal_history import TerminalHistory
from monitor.domain.events.unknown_ids import SourceWindow, shown_id
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal

MOST_IN_A_TURN = 5_000
"""More new events of one terminal than this within TURN_S are refused: it must not crowd out the others."""

TURN_S = 3600.0
MOST_UNSAVED = 200_000
_CLOCK_WAS_SET_S = 5.0


class EventTracker:
    """Decodes events, counts each once and places it in its `windows`.

    `counts` of events are by type and category (or outcome), `rejections` by source and reason. Without a
    `hasher` cards cannot be told apart. `replay` brings back the events of earlier runs, `queries` summarise
    the windows.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        codes: ResponseCodes | None = None,
        hasher: CardHasher | None = None,
        bounds: EventBounds | None = None,
    ) -> None:
        self.counts: Counter[tuple[EventType, str]] = Counter()
        self.rejections: Counter[tuple[str, RejectedFor]] = Counter()
        self._bounds = bounds or EventBounds()
        max_age_s = self._bounds.max_age_s
        self._ids = SeenEventIds(span_s=max_age_s + self._bounds.max_future_s, most=self._bounds.most_ids)
        self._codes = CodeNumbers(codes or ResponseCodes())
        self.windows = EventWindows(fleet=fleet, codes=self._codes, max_age_s=max_age_s)
        self.replay = Replay(fleet=fleet, windows=self.windows, ids=self._ids, max_age_s=max_age_s)
        self.queries = EventQueries(fleet=fleet, windows=self.windows)
        self._decoder = EventDecoder(hasher=hasher, known=self.windows.cards)
        self._unsaved: deque[SeenEvent] = deque(maxlen=MOST_UNSAVED)
        self._evicted = 0

    def ingest(
        self,
        watched: WatchedTerminal,
        documents: Sequence[object],
        now: Instant,
        *,
        sent_at: float | None = None,
        source: str = "poll",
    ) -> IngestResult:
        """Count the events of a list as its sender wrote them; none of `documents` is kept.

        `sent_at` is what the terminal's clock showed (unix seconds) when the list was sent, None if unknown;
        rejections are counted under `source`.
        """
        crowd = refuse_crowd(documents)
        if not crowd:
            return self._ingest_listed(watched, documents, now, sent_at=sent_at, source=source)
        self.rejections[source, RejectedFor.TOO_MANY] += len(documents) - MOST_IN_A_LIST
        taken = documents[:MOST_IN_A_LIST]
        result = self._ingest_listed(watched, taken, now, sent_at=sent_at, source=source)
        return replace(result, rejected=[*result.rejected, *crowd])

    def ingest_unknown_id(self, source: str, terminal_id: str, now: Instant) -> SourceWindow:
        """Count that a source pushed for a terminal that the inventory does not know."""
        self.reject("push", RejectedFor.UNKNOWN_TERMINAL)
        window = self.windows.unknown_ids.add(source, terminal_id, now)
        # A full window has opened its alert: further ids need not fill the store as well.
        if len(window.ids) < MOST_MARKS:
            given = UnknownIdGiven(id=shown_id(terminal_id), at=now.wall)
            self._save(SeenEvent(terminal_id=subject_of(SOURCE, source), event=given, heard_at=now, told_s=0))
        return window

    def reject(self, source: str, why: RejectedFor) -> None:
        """Count one rejected input; `source` is `poll` or `push`."""
        self.rejections[source, why] += 1

    @property
    def unsaved(self) -> Sequence[SeenEvent]:
        """Events counted since `drain_unsaved`, oldest first."""
        return self._unsaved

    def drain_unsaved(self) -> list[SeenEvent]:
        """Return the events that are to be made durable; they are not returned again."""
        events = [*self._unsaved]
        self._unsaved.clear()
        return events

    @property
    def evicted(self) -> int:
        """The number of events, cards and sources that were forgotten before their time."""
        return self._evicted + self._ids.evicted + self.windows.evicted + self.replay.evicted

    def _ingest_listed(
        self,
        watched: WatchedTerminal,
        documents: Sequence[object],
        now: Instant,
        *,
        sent_at: float | None,
        source: str,
    ) -> IngestResult:
        key = list_key(documents)
        if key is not None and watched.events is not None and watched.events.last_list == key:
            return IngestResult(duplicates=len(documents))
        terminal_id = watched.terminal.terminal_id
        history: TerminalHistory | None = None
        accepted = duplicates = 0
        rejected: list[Rejection] = []
        cards: dict[str, CardWindow] = {}
        for index, document in enumerate(documents):
            name = event_name(terminal_id, document)
            if name is not None and self._ids.has(name):
                duplicates += 1
                continue
            if history is None:
                history = self._history_for(watched, now, now.wall if sent_at is None else sent_at)
            try:
                if self._count_new(watched, history, document, name, cards):
                    accepted += 1
                else:
                    duplicates += 1
            except BadEvent as error:
                self.reject(source, error.kind)
                unreadable = isinstance(error, UnreadableEvent)
                rejected.append(Rejection(index=index, reason=str(error), is_unreadable=unreadable))
        if accepted:
            watched.keep_events(history)
        if not rejected and watched.events is not None:
            watched.events.last_list = key
        if not documents:
            return NOTHING_INGESTED
        return IngestResult(
            accepted=accepted,
            duplicates=duplicates,
            rejected=rejected,
            cards=tuple(cards.values()),
        )

    def _history_for(self, watched: WatchedTerminal, now: Instant, clock: float) -> TerminalHistory:
        """Return the terminal's history, ready for more; a new one is kept once something is in it."""
        offset = clock - now.monotonic
        history = watched.events
        if history is None:
            return TerminalHistory(clock_offset=offset, now=now)
        history.begin_evaluation(now)
        # A late list does not mean that the clock was set, so distances between events stay exact.
        if abs(offset - history.clock_offset) > _CLOCK_WAS_SET_S:
            history.clock_offset = offset
        return history

    def _count_new(
        self,
        watched: WatchedTerminal,
        history: TerminalHistory,
        document: object,
        new: EventName | None,
        cards: dict[str, CardWindow],
    ) -> bool:
        """Count one event and add its card to `cards`; False if it was counted before. Raises BadEvent.

        An event of the name `new` was not counted before.
        """
        now = history.now
        ahead_s = history.clock_offset - (now.wall - now.monotonic)
        event, told_at = self._decoder.decode(document, ahead_s=ahead_s if abs(ahead_s) > 1 else 0.0)
        terminal_id = watched.terminal.terminal_id
        at = told_at - history.clock_offset
        self._refuse_time(at, now)
        name = (terminal_id, event.id, floor(told_at))
        if (name != new and self._ids.has(name)) or self.replay.has_untimed(terminal_id, event.id):
            return False
        if not history.has_room(now.monotonic, turn_s=TURN_S, most=MOST_IN_A_TURN):
            raise BadEvent(RejectedFor.TOO_MANY, f"more than {MOST_IN_A_TURN} new events in an hour")
        self._ids.add(name, now.monotonic)
        self._count(watched.terminal, event)
        if not self.replay.is_replayed:
            self.replay.defer(watched, event, at, now)
        elif window := self.windows.place(watched, history, event, at, now):
            cards[window.name] = window
        self._save(SeenEvent(terminal_id=terminal_id, event=event, heard_at=now, told_s=name[-1]))
        return True

    def _save(self, seen: SeenEvent) -> None:
        self._evicted += len(self._unsaved) == MOST_UNSAVED
        self._unsaved.append(seen)

    def _count(self, terminal: Terminal, event: Event) -> None:
        if isinstance(event, Transaction):
            number = self._codes.number(terminal.dialect, event.response_code)
            self.counts[EventType.TRANSACTION, self._codes.table[number][0].value] += 1
        else:
            self.counts[EventType.OPERATOR_LOGIN, "success" if event.success else "failure"] += 1

    def _refuse_time(self, at: float, now: Instant) -> None:
        if at > now.monotonic + self._bounds.max_future_s:
            minutes = self._bounds.max_future_s / 60
            raise BadEvent(RejectedFor.TIMESTAMP, f"at: more than {minutes:g} minutes in the future")
        if at < now.monotonic - self._bounds.max_age_s:
            hours = self._bounds.max_age_s / 3600
            raise BadEvent(RejectedFor.TIMESTAMP, f"at: more than {hours:g} hours old")
