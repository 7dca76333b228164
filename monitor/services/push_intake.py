"""Evaluates the pushes of terminals, or of log shippers on their behalf."""

from collections.abc import Callable, Iterator, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.evaluation.membership import Membership
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.events.decoding import RejectedFor
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.decoding import BadHeartbeat, read_document
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import TERMINAL_ID, InventoryStatus, Terminal
from monitor.domain.pushing.document import events_of, terminal_id_of
from monitor.domain.pushing.source import PushSource, WrongTerminal
from monitor.ports.clock import Clock
from monitor.ports.mailbox import HeartbeatMailbox
from monitor.ports.push_intake import Receipt

EVENTS_A_TURN = 200
"""So many events take a few milliseconds to evaluate."""

_GARBLED = "?"
_UNKNOWN = "the inventory does not know this terminal"
_UNWATCHED = "this terminal is not watched: the inventory has it as a spare"


class _NotWatched(Exception):
    """Nothing that is pushed for this terminal is accepted; `str()` says why."""


class PushIntake:
    """Evaluates pushed events and heartbeats; a source speaks for its own terminal only.

    `submit` receives the transitions that result. `mailbox` learns of heartbeats whose absence counts.
    `hasten` has terminals looked at again soon: one that was silent has reported.
    """

    def __init__(
        self,
        *,
        evaluation: Evaluation,
        membership: Membership,
        fleet: Fleet,
        event_tracker: EventTracker,
        clock: Clock,
        submit: Callable[[Sequence[Transition]], None],
        mailbox: HeartbeatMailbox,
        hasten: Callable[[Sequence[Terminal]], None],
    ) -> None:
        self._evaluation = evaluation
        self._membership = membership
        self._fleet = fleet
        self._event_tracker = event_tracker
        self._mailbox = mailbox
        self._hasten = hasten
        self._clock = clock
        self._submit = submit

    def events(self, source: PushSource, document: object) -> Iterator[Receipt]:
        """Count the events of one terminal, up to EVENTS_A_TURN for each receipt.

        When the terminal is not watched, each event is rejected, or item 0 if there is none. Raises
        WrongShape and WrongTerminal.
        """
        terminal_id = self._authorised(source, document)
        return self._counted(source, terminal_id, events_of(document))

    def heartbeat(self, source: PushSource, document: object, body: bytes) -> Receipt:
        """Evaluate one heartbeat like a poll's answer; the poll statistics of the terminal stay as they are.

        `rejected` names its events that were rejected, or item 0 when the heartbeat itself is. Raises
        WrongShape and WrongTerminal.
        """
        terminal_id = self._authorised(source, document)
        now = self._clock.now()
        try:
            heartbeat = read_document(document, body)
            watched = self._watched(source, terminal_id, now)
        except BadHeartbeat as bad:
            return self._bad(source, str(bad), now)
        except _NotWatched as refused:
            return Receipt(rejected=[Rejection(index=0, reason=str(refused))])
        result, transitions = self._evaluation.ingest_push(
            watched, heartbeat.events, now, reading=heartbeat.reading, unreadable=heartbeat.unreadable
        )
        self._submit(transitions)
        if watched.terminal.reports_by_itself:
            self._file(watched)
        rejected = [Rejection(index=one.index, reason=f"events: {one.reason}") for one in result.rejected]
        return Receipt(accepted=1, rejected=rejected, unreadable=heartbeat.unreadable)

    def _file(self, watched: WatchedTerminal) -> None:
        self._mailbox.file(watched.terminal.terminal_id)
        if watched.is_down or watched.last_poll is None:
            self._hasten([watched.terminal])

    def _authorised(self, source: PushSource, document: object) -> str:
        """Return the terminal that a document is about."""
        terminal_id = terminal_id_of(document)
        try:
            source.authorise(terminal_id)
        except WrongTerminal:
            self._event_tracker.reject("push", RejectedFor.WRONG_TERMINAL)
            raise
        return terminal_id

    def _counted(self, source: PushSource, terminal_id: str, documents: list[object]) -> Iterator[Receipt]:
        for first in range(0, max(1, len(documents)), EVENTS_A_TURN):
            portion = documents[first : first + EVENTS_A_TURN]
            now = self._clock.now()
            try:
                watched = self._watched(source, terminal_id, now)
            except _NotWatched as refused:
                places = range(first, first + max(1, len(portion)))
                rejected = [Rejection(index=index, reason=str(refused)) for index in places]
                yield Receipt(rejected=rejected, field="events")
                continue
            result, transitions = self._evaluation.ingest_push(watched, portion, now)
            self._submit(transitions)
            rejected = [Rejection(index=first + one.index, reason=one.reason) for one in result.rejected]
            yield Receipt(
                accepted=result.accepted, duplicates=result.duplicates, rejected=rejected, field="events"
            )

    def _watched(self, source: PushSource, terminal_id: str, now: Instant) -> WatchedTerminal:
        watched = self._fleet.get(terminal_id)
        if watched is not None:
            return watched
        row = self._fleet.unpolled.get(terminal_id)
        if row is not None and row.is_push_only:
            return self._membership.add(row, now)
        if row is not None and row.status is not InventoryStatus.RETIRED:
            self._event_tracker.reject("push", RejectedFor.UNKNOWN_TERMINAL)
            raise _NotWatched(_UNWATCHED)
        self._submit(self._evaluation.ingest_unknown_id(source.name, terminal_id, now))
        is_id = TERMINAL_ID.fullmatch(terminal_id) is not None
        raise _NotWatched(_UNKNOWN if is_id else "terminal_id: not 1 to 64 of A-Z a-z 0-9 . _ : -")

    def _bad(self, source: PushSource, reason: str, now: Instant) -> Receipt:
        # A garbled id counts like an id that the inventory does not know.
        if reason.startswith("terminal_id: "):
            self._submit(self._evaluation.ingest_unknown_id(source.name, _GARBLED, now))
        else:
            self._event_tracker.reject("push", RejectedFor.DOCUMENT)
        return Receipt(rejected=[Rejection(index=0, reason=reason)])
