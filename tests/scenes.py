"""A fleet on a stage: a clock turned by hand, polls that say what the script says."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from math import inf
from typing import Any

import msgspec

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.rules import Override
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import IngestResult
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCode, ResponseCodes
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.subjects.kind import SubjectKind
from monitor.domain.subjects.table import KINDS
from tests.lasting_store import keys_of

START = Instant(monotonic=10_000.0, wall=1_795_222_800.0)
"""2026-11-21T01:00:00Z."""

INTERVAL_S = 30.0
TICK_S = 1.0

CARD_KEY = b"the key of a scene's cards"
_MEANINGS = {
    "00": CodeCategory.APPROVED,
    "55": CodeCategory.WRONG_PIN,
    "75": CodeCategory.PIN_TRIES_EXCEEDED,
    "99": CodeCategory.PIN_DATA_FAULT,
    "A0": CodeCategory.KEY_FAULT,
    "97": CodeCategory.UNKNOWN_TERMINAL,
    "68": CodeCategory.ISSUER_TIMEOUT,
    "91": CodeCategory.NETWORK,
}
CODES = ResponseCodes(
    [
        Dialect(
            name="unionpay",
            codes={
                code: ResponseCode(code=code, category=category, text="", text_zh="", source="a scene")
                for code, category in _MEANINGS.items()
            },
        )
    ]
)
"""Some codes of UnionPay."""

Script = Callable[[str], bool]
"""Whether a terminal of this id answers now."""


def terminal(number: int = 1, **fields: Any) -> Terminal:
    """Return a terminal `10000001` and so on, polled and in service, with `fields` laid over it."""
    row = {"terminal_id": f"{10_000_000 + number}", "endpoint": f"http://192.0.2.1:{8000 + number}/"}
    return Terminal(**(row | fields))


def site(name: str, size: int, *, first: int = 1, **fields: Any) -> list[Terminal]:
    """Return `size` terminals of one site, numbered from `first`."""
    return [terminal(number, site=name, **fields) for number in range(first, first + size)]


def reading(terminal_id: str = "10000001", **document: Any) -> Reading:
    """Return a heartbeat with these fields, nested as in the document."""
    return msgspec.convert({"terminal_id": terminal_id} | document, Reading)


def result(heartbeat: Reading | None, outcome: Outcome = Outcome.TIMEOUT, detail: str = "") -> PollResult:
    """Return a good poll that brought `heartbeat`, or a failed one."""
    return PollResult(Outcome.OK if heartbeat else outcome, 0.02, heartbeat, detail)


class Scene:
    """Terminals, a clock turned by hand and the evaluation that watches them.

    `journal` has every transition in order; `sent` everything that was sendable at any moment a
    sender might have looked, with the moment it was first: monotonic seconds since the scene began.
    """

    def __init__(
        self,
        terminals: Iterable[Terminal] = (),
        *,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        overrides: Sequence[Override] = (),
        advice: AdviceBook | None = None,
        detectors: Sequence[Detector] = DETECTORS,
        kinds: Sequence[type[SubjectKind]] = KINDS,
    ) -> None:
        self.now = START
        self.fleet = Fleet()
        self.book = AlertBook()
        self.event_tracker = EventTracker(fleet=self.fleet, codes=CODES, hasher=CardHasher([CARD_KEY]))
        self.evaluation = Evaluation(
            fleet=self.fleet,
            book=self.book,
            rule_book=RuleBook(changes, overrides, detectors=detectors),
            advice=advice,
            event_tracker=self.event_tracker,
            kinds=kinds,
        )
        self._event_ids = count(1)
        self.journal: list[Transition] = []
        self.sent: dict[tuple[str, str], float] = {}
        self.slept = 0.0
        for row in terminals:
            self.evaluation.membership.add(row, self.now)

    @property
    def elapsed(self) -> float:
        """Seconds since the scene began, on the monotonic clock."""
        return self.now.monotonic - START.monotonic

    @property
    def true_time(self) -> float:
        """Unix seconds by a clock that nobody sets."""
        return START.wall + self.elapsed + self.slept

    def watched(self, terminal_id: str = "10000001") -> WatchedTerminal:
        """Return a terminal that must be watched."""
        found = self.fleet.get(terminal_id)
        assert found is not None
        return found

    def poll(
        self,
        terminal_id: str = "10000001",
        heartbeat: Reading | None = None,
        *,
        unreadable: tuple[str, ...] = (),
    ) -> list[Transition]:
        """Let a terminal answer, with a heartbeat that says nothing but its id unless one is given."""
        good = result(heartbeat or reading(terminal_id))
        return self.accept(good._replace(unreadable=unreadable), terminal_id)

    def say(self, **document: Any) -> list[Transition]:
        """Let terminal 10000001 answer with these fields."""
        return self.poll("10000001", reading(**document))

    def transaction(
        self, code: str = "00", card: str = "", *, ago: float = 0.0, **fields: Any
    ) -> dict[str, Any]:
        """Return a new transaction, as its terminal would write it, of so many seconds ago."""
        event = {
            "id": f"e{next(self._event_ids)}",
            "at": rfc3339(self.now.wall - ago),
            "type": "transaction",
            "response_code": code,
        }
        return event | ({"card_token": card} if card else {}) | fields

    def log_in(self, operator_id: str = "01", *, success: bool = False, ago: float = 0.0) -> dict[str, Any]:
        """Return a new log-in of so many seconds ago."""
        event = {"id": f"e{next(self._event_ids)}", "at": rfc3339(self.now.wall - ago)}
        return event | {"type": "operator_login", "operator_id": operator_id, "success": success}

    def hear(self, *events: object, terminal_id: str = "10000001") -> IngestResult:
        """Let somebody push events of a terminal."""
        heard, transitions = self.evaluation.ingest_push(self.watched(terminal_id), events, self.now)
        self.take(transitions)
        return heard

    def recall(self, events: Sequence[SeenEvent]) -> None:
        """Be a run after one that counted `events`: all of them come back at once."""
        self.event_tracker.replay.expect(keys_of(events), self.now)
        self.event_tracker.replay.restore(events, self.now)
        assert not list(self.event_tracker.replay.catch_up(1))

    def catch_up(self) -> None:
        """Judge what was heard while events came back."""
        while not self.event_tracker.replay.is_replayed:
            self.take(self.evaluation.catch_up(self.now))

    def fail(
        self,
        terminal_id: str = "10000001",
        outcome: Outcome = Outcome.TIMEOUT,
        detail: str = "",
        *,
        took_s: float = 0.02,
    ) -> list[Transition]:
        """Let a poll of a terminal fail, which took so long."""
        return self.accept(PollResult(outcome, took_s, None, detail), terminal_id)

    def pass_(self, seconds: float) -> None:
        """Let time pass on both clocks, unseen by the rules."""
        self.now = self.now.ago(-seconds)

    def jump(self, seconds: float) -> None:
        """Set posmon's own wall clock forward or back."""
        self.now = Instant(self.now.monotonic, self.now.wall + seconds)

    def sleep(self, seconds: float) -> None:
        """Suspend posmon's machine: the world goes on, the monotonic clock does not."""
        self.slept += seconds
        self.jump(seconds)

    def shed(self, terminal_id: str = "10000001") -> list[Transition]:
        """Let posmon give up a poll for want of its own resources."""
        return self.fail(terminal_id, Outcome.SHED)

    def tick(self, silent_s: float = 0.0) -> list[Transition]:
        """Let the rules see what time it is."""
        return self.take(self.evaluation.tick(self.now, PollingProgress(silent_s=silent_s)))

    def wait(self, seconds: float) -> None:
        """Let time pass, tick by tick."""
        end = self.now.ago(-seconds)
        while self.now.monotonic + TICK_S < end.monotonic:
            self.pass_(TICK_S)
            self.tick()
        self.now = end
        self.tick()

    def add(self, row: Terminal) -> None:
        """Begin to watch a terminal."""
        self.evaluation.membership.add(row, self.now)

    def change(self, row: Terminal) -> list[Transition]:
        """Give a terminal a new inventory row; nobody is told before the tick that follows."""
        return self.note(self.evaluation.membership.change(row, self.now))

    def remove(self, terminal_id: str = "10000001") -> list[Transition]:
        """Stop watching a terminal; nobody is told before the tick that follows."""
        return self.note(self.evaluation.membership.remove(terminal_id, self.now))

    def probe(self, **answers: bool) -> list[Transition]:
        """Let the uplink probes answer or not."""
        return self.take(self.evaluation.uplinks_probed(answers, self.now))

    def reload(self, changes: Mapping[str, Mapping[str, Any]]) -> list[Transition]:
        """Take new rules into force for everybody, as a reload does."""
        self.evaluation.membership.replace_rules(RuleBook(changes))
        steps = [step for member in list(self.fleet) for step in self.change(member.terminal)]
        return steps + self.note(self.evaluation.membership.close_disabled(self.now))

    def take(self, steps: list[Transition]) -> list[Transition]:
        """Write down what happened and what a sender that looks now would send."""
        self.note(steps)
        for key in self.sendable():
            self.sent.setdefault(key, self.elapsed)
        return steps

    def note(self, steps: list[Transition]) -> list[Transition]:
        """Write down what happened."""
        self.journal += steps
        return steps

    def open(self) -> dict[tuple[str, str], Alert]:
        """Return all open alerts by name and subject, but for the watchdog."""
        return {alert.key: alert for alert in self.book if alert.alertname != "Watchdog"}

    def pending(self) -> set[tuple[str, str]]:
        """Name what is pending."""
        return {key for key, alert in self.open().items() if alert.state is AlertState.PENDING}

    def firing(self) -> set[tuple[str, str]]:
        """Name what fires, suppressed or not."""
        return {key for key, alert in self.open().items() if alert.state is AlertState.FIRING}

    def sendable(self) -> set[tuple[str, str]]:
        """Name what fires and nothing suppresses."""
        return {
            key for key in self.firing() if not self.evaluation.suppression.hold(self.open()[key], self.now)
        }

    def suppressor(self, alert: Alert) -> str | None:
        """Name what keeps an alert from being sent, None when nothing does."""
        hold = self.evaluation.suppression.hold(alert, self.now)
        return hold.by if hold else None

    def states(self, alertname: str, subject: str = "10000001") -> list[AlertState]:
        """Return where one alert has been, in order."""
        return [step.state for step in self.journal if (step.alertname, step.subject) == (alertname, subject)]

    def journal_of_terminals(self) -> list[Transition]:
        """Return what happened, but for the watchdog."""
        return [step for step in self.journal if step.alertname != "Watchdog"]

    def accept(self, poll: PollResult, terminal_id: str = "10000001") -> list[Transition]:
        """Let a poll of a terminal end like this."""
        transitions, _ = self.evaluation.accept(self.watched(terminal_id), poll, self.now)
        return self.take(transitions)


def evenly_spread(scene: Scene) -> dict[str, float]:
    """Return phases (0-1) that spread the fleet over the interval, sites interleaved."""
    ids = [member.terminal.terminal_id for member in scene.fleet]
    return {terminal_id: place / len(ids) for place, terminal_id in enumerate(ids)}


class Screening:
    """Polls a scene's terminals at their phases, as the scheduler would but for hastening.

    A good poll takes 20 ms, a failed one the whole timeout; the rules tick every second. At most `places`
    polls are under way, the others wait.
    """

    def __init__(
        self,
        scene: Scene,
        phases: Mapping[str, float],
        cadence: Cadence | None = None,
        places: float = inf,
    ) -> None:
        self._scene = scene
        self._free = places
        self._waiting: deque[str] = deque()
        self._cadence = cadence or Cadence(interval_s=INTERVAL_S, timeout_s=5.0)
        self._order = count()
        self._events: list[tuple[float, int, str, bool | None]] = []
        start = scene.now.monotonic
        for terminal_id, phase in phases.items():
            self._plan(start + phase * self._cadence.interval_s, terminal_id)
        self._plan(start, "")

    def play(self, seconds: float, answers: Script) -> None:
        """Go on for `seconds` with terminals answering by the script."""
        end = self._scene.now.monotonic + seconds
        while self._events[0][0] <= end:
            at, _, terminal_id, outcome = heapq.heappop(self._events)
            self._scene.pass_(at - self._scene.now.monotonic)
            if not terminal_id:
                self._scene.tick()
                self._plan(at + TICK_S, "")
            elif outcome is None:
                self._waiting.append(terminal_id)
            else:
                self._free += 1
                self._finish(at, terminal_id, is_good=outcome)
            while self._waiting and self._free:
                self._free -= 1
                self._begin(at, self._waiting.popleft(), answers)
        self._scene.pass_(end - self._scene.now.monotonic)

    def _begin(self, at: float, terminal_id: str, answers: Script) -> None:
        is_good = answers(terminal_id)
        self._plan(at + (0.02 if is_good else self._cadence.timeout_s), terminal_id, is_good)

    def _finish(self, at: float, terminal_id: str, *, is_good: bool) -> None:
        watched = self._scene.fleet.get(terminal_id)
        if watched is None:
            return
        if is_good:
            sent_at = rfc3339(self._scene.true_time)
            self._scene.poll(terminal_id, reading(terminal_id, sent_at=sent_at))
        else:
            self._scene.fail(terminal_id, took_s=self._cadence.timeout_s)
        began = at - (0.02 if is_good else self._cadence.timeout_s)
        down_s = at - watched.unreachable_since.monotonic
        self._plan(began + self._cadence.delay_s(failures=watched.failures, down_s=down_s), terminal_id)

    def _plan(self, at: float, terminal_id: str, outcome: bool | None = None) -> None:
        heapq.heappush(self._events, (at, next(self._order), terminal_id, outcome))
