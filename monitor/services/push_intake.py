"""What terminals, or others on their behalf, push to posmon."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert import Transition
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.events.decoding import RejectedFor
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.decoding import BadHeartbeat, read_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import TERMINAL_ID, InventoryStatus
from monitor.ports.clock import Clock

_GARBLED = "?"
_NOT_ITS_OWN = "the token may not speak for this terminal"
_STRANGER = "the inventory does not know this terminal"
_UNWATCHED = "this terminal is not watched: the inventory has it as a spare"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSource:
    """Who pushes: the token's `name`, which becomes the label `source`.

    `terminal_id` is the one terminal that the token may speak for, "" for any.
    """

    name: str
    terminal_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a push (contract, section 2)."""

    accepted: int = 0
    duplicates: int = 0
    rejected: Sequence[Rejection] = ()


class _Refused(Exception):
    """Nothing that is pushed for this terminal is taken; `str()` says why."""


class PushIntake:
    """Takes in pushed events and heartbeats; a token never speaks for another terminal than its own.

    `tell` hears the transitions that come of it.
    """

    def __init__(
        self, *, evaluation: Evaluation, clock: Clock, tell: Callable[[Sequence[Transition]], None]
    ) -> None:
        self._evaluation = evaluation
        self._clock = clock
        self._tell = tell

    def events(self, source: PushSource, terminal_id: str, documents: Sequence[object]) -> Receipt:
        """Count the events of one terminal; where it is refused, each of them is, or one if there is none."""
        now = self._clock.now()
        try:
            watched = self._known(source, terminal_id, now)
        except _Refused as refused:
            reason = str(refused)
            count = max(1, len(documents))
            return Receipt(rejected=[Rejection(index=index, reason=reason) for index in range(count)])
        heard, transitions = self._evaluation.pushed(watched, documents, now)
        self._tell(transitions)
        return Receipt(accepted=heard.accepted, duplicates=heard.duplicates, rejected=heard.rejected)

    def heartbeat(self, source: PushSource, body: bytes) -> Receipt:
        """Judge one heartbeat document like a poll's answer; how well polls go is not touched.

        It is accepted as one; `rejected` are those of its events that were, by their place among them, or
        the heartbeat itself when nothing is accepted.
        """
        now = self._clock.now()
        try:
            reading, events = read_heartbeat(body)
            watched = self._known(source, reading.terminal_id, now)
        except BadHeartbeat as bad:
            return self._bad(source, str(bad), now)
        except _Refused as refused:
            return Receipt(rejected=[Rejection(index=0, reason=str(refused))])
        heard, transitions = self._evaluation.pushed(watched, events, now, reading=reading)
        self._tell(transitions)
        rejected = [Rejection(index=one.index, reason=f"events: {one.reason}") for one in heard.rejected]
        return Receipt(accepted=1, rejected=rejected)

    def _known(self, source: PushSource, written: str, now: Instant) -> WatchedTerminal:
        terminal_id = written.rstrip(" ")
        if source.terminal_id and terminal_id != source.terminal_id:
            self._count(RejectedFor.WRONG_TERMINAL)
            raise _Refused(_NOT_ITS_OWN)
        fleet = self._evaluation.fleet
        watched = fleet.get(terminal_id)
        if watched is not None:
            return watched
        row = fleet.unpolled.get(terminal_id)
        if row is not None and row.is_push_only:
            del fleet.unpolled[terminal_id]
            return self._evaluation.add(row, now)
        if row is not None and row.status is not InventoryStatus.RETIRED:
            self._count(RejectedFor.UNKNOWN_TERMINAL)
            raise _Refused(_UNWATCHED)
        self._tell(self._evaluation.stranger(source.name, terminal_id, now))
        is_id = TERMINAL_ID.fullmatch(terminal_id) is not None
        raise _Refused(_STRANGER if is_id else "terminal_id: not 1 to 64 of A-Z a-z 0-9 . _ : -")

    def _bad(self, source: PushSource, reason: str, now: Instant) -> Receipt:
        # Whoever sends an id that is none is as much a stranger as one with an id that nobody knows.
        if reason.startswith("terminal_id: "):
            self._tell(self._evaluation.stranger(source.name, _GARBLED, now))
        else:
            self._count(RejectedFor.DOCUMENT)
        return Receipt(rejected=[Rejection(index=0, reason=reason)])

    def _count(self, kind: RejectedFor) -> None:
        self._evaluation.patterns.rejections["push", kind] += 1
