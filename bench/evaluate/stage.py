"""posmon in faked time: the real decoding, event tracking, detectors, life cycle, suppression, diagnosis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from bench.evaluate.world.story import START_WALL
from monitor.adapters.collectors.mailbox import Mailbox
from monitor.config.dialect_files import load_response_codes
from monitor.domain.alerts.alert import Alert, AlertState, Category, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.evaluation.annotation_refresh import AnnotationRefresh
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.pushing.document import decode_document
from monitor.domain.pushing.source import PushSource
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.services.push_intake import PushIntake

RULES = {"RepeatedTransactions": {"enabled": True}}
"""What the evaluation configures beyond the defaults; opening hours come from the inventory."""

_POLL_S = 0.02
_TIMEOUT_S = 5.0
_BOOTED = 100_000.0
_RENEWED_S = 3600.0
_PATIENT = frozenset({"FirmwareOutdated", "RegistrationPending"})
"""Those wait for a day."""

_LONG = frozenset({"PinFailuresOnCard", "PinLockImminent"})
_HASHER = CardHasher([b"the key of the evaluation, no secret"])
_CAUSES = {cause.words: cause for cause in Cause}


@dataclass(slots=True, kw_only=True)
class Raised:
    """An alert that fired: from when to when, and what it named as its cause at first and at last.

    `told_at` is when receivers heard of it, infinity if a larger alert kept it back for as long as it fired.
    """

    alertname: str
    subject: str
    category: Category
    fired_at: float
    told_at: float
    first_cause: Cause | None
    resolved_at: float = inf
    last_cause: Cause | None = None
    summary: str = ""
    explanation: str = ""


def card_subject(token: str) -> str:
    """Return under which subject alerts speak of a card token."""
    return f"/card/{_HASHER.card(token)[:LABEL_DIGITS]}"


def instant(at: float) -> Instant:
    """Return a moment of the story on posmon's clocks."""
    return Instant(_BOOTED + at, START_WALL + at)


class _StoryClock:
    """The Clock port, as far as nobody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        """Return seconds on the clock that is never set."""
        return instant(self.at).monotonic

    def now(self) -> Instant:
        """Return the moment of the story."""
        return instant(self.at)

    async def sleep(self, seconds: float) -> None:
        """Nobody sleeps in faked time."""
        raise NotImplementedError


class _Refresh(AnnotationRefresh):
    """Leaves the annotations of an alert alone that has fired for a day: they would cost most of the time."""

    def words_of(self, alert: Alert, now: Instant) -> dict[str, str] | None:
        fired_at = alert.fired_at or alert.since
        is_renewed = alert.alertname not in _LONG or now.monotonic < fired_at.monotonic + _RENEWED_S
        return super().words_of(alert, now) if is_renewed else None


def _leave(_terminals: Sequence[Terminal]) -> None:
    """Leave them to their turn: every terminal of a story is polled in it."""


class Stage:
    """The wire's other end: takes in what the story brings, and notes which alerts fire."""

    def __init__(self, *, unpolled: Iterable[Terminal] = ()) -> None:
        self.raised: list[Raised] = []
        self.polls = 0
        self._fleet = Fleet()
        self._book = AlertBook()
        self._clock = _StoryClock()
        event_tracker = EventTracker(fleet=self._fleet, codes=load_response_codes(), hasher=_HASHER)
        self.evaluation = Evaluation(
            fleet=self._fleet,
            book=self._book,
            rule_book=RuleBook(RULES),
            event_tracker=event_tracker,
            refresh=_Refresh,
        )
        self._intake = PushIntake(
            evaluation=self.evaluation,
            membership=self.evaluation.membership,
            fleet=self._fleet,
            event_tracker=event_tracker,
            clock=self._clock,
            submit=self._take,
            mailbox=Mailbox(clock=self._clock),
            hasten=_leave,
        )
        self._firing: dict[tuple[str, str], Raised] = {}
        self._kept_back: dict[tuple[str, str], Raised] = {}
        for row in unpolled:
            self._fleet.set_aside(row)

    def watch(self, row: Terminal) -> None:
        """Begin to watch a terminal."""
        self.evaluation.membership.add(row, instant(0))

    def answered(self, terminal_id: str, body: bytes, at: float) -> None:
        """Bring the answer to a poll."""
        heartbeat = read_heartbeat(body)
        self._polled(
            terminal_id, PollResult(Outcome.OK, _POLL_S, heartbeat.reading, events=heartbeat.events), at
        )

    def failed(self, terminal_id: str, outcome: Outcome, detail: str, at: float) -> None:
        """Let a poll fail."""
        self._polled(terminal_id, PollResult(outcome, _TIMEOUT_S, None, detail), at)

    def pushed_events(
        self, source: str, terminal_id: str, documents: Sequence[dict[str, object]], at: float
    ) -> None:
        """Bring events that somebody pushes for a terminal."""
        self._clock.at = at
        document = {"terminal_id": terminal_id, "events": list(documents)}
        for _receipt in self._intake.events(PushSource(name=source), document):
            pass

    def pushed_heartbeat(self, source: str, body: bytes, at: float) -> None:
        """Bring a heartbeat that somebody pushes."""
        self._clock.at = at
        self._intake.heartbeat(PushSource(name=source), decode_document(body), body)

    def inventory_changed(self, row: Terminal, at: float) -> None:
        """Let an operator correct a row of the inventory."""
        self._clock.at = at
        self._take(self.evaluation.membership.change(row, instant(at)))

    @property
    def is_waiting(self) -> bool:
        """Whether an alert waits for its hold, and so for the next seconds to pass."""
        return bool(self._kept_back) or any(
            count
            for (alertname, _, state), count in self._book.counts.items()
            if state is AlertState.PENDING and alertname not in _PATIENT
        )

    def passes(self, at: float) -> None:
        """Let posmon see what time it is."""
        self._clock.at = at
        self._take(self.evaluation.tick(instant(at), PollingProgress(silent_s=0.0)))
        self.evaluation.event_tracker.drain_unsaved()
        for key, raised in [*self._kept_back.items()]:
            if not self._is_suppressed(key):
                raised.told_at = at
                del self._kept_back[key]

    def _polled(self, terminal_id: str, result: PollResult, at: float) -> None:
        self.polls += 1
        self._clock.at = at
        transitions, _ = self.evaluation.accept(self._fleet[terminal_id], result, instant(at))
        self._take(transitions)

    def _take(self, steps: Sequence[Transition]) -> None:
        for step in steps:
            key = step.alertname, step.subject
            if step.state is AlertState.FIRING and step.alertname != "Watchdog":
                self._note(step, key)
            elif step.state is AlertState.RESOLVED and key in self._firing:
                raised = self._firing.pop(key)
                raised.resolved_at = self._clock.at
                raised.last_cause = named_cause(step.annotations.get("cause", ""))
                self._kept_back.pop(key, None)

    def _note(self, step: Transition, key: tuple[str, str]) -> None:
        is_kept_back = self._is_suppressed(key)
        raised = Raised(
            alertname=step.alertname,
            subject=step.subject,
            category=Category(step.labels["category"]),
            fired_at=self._clock.at,
            told_at=inf if is_kept_back else self._clock.at,
            first_cause=named_cause(step.annotations.get("cause", "")),
            summary=step.annotations.get("summary", ""),
            explanation=step.annotations.get("cause", ""),
        )
        raised.last_cause = raised.first_cause
        self.raised.append(raised)
        self._firing[key] = raised
        if is_kept_back:
            self._kept_back[key] = raised

    def _is_suppressed(self, key: tuple[str, str]) -> bool:
        alert = self._book.find(*key)
        suppression = self.evaluation.suppression
        return alert is not None and suppression.hold(alert, self._clock.now()) is not None


def named_cause(annotation: str) -> Cause | None:
    """Return the cause that an annotation names first, None where it names none."""
    places = {annotation.find(words): cause for words, cause in _CAUSES.items() if words in annotation}
    return places[min(places)] if places else None
