"""The verdicts of the detectors on a single poll."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.cli.errors.exit_code import ExitCode
from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.detector import Basis
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.alerts.rules import Rule, TerminalRules
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.connectivity import OfflineLimits
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.event_tracking.ingest_result import NOTHING_INGESTED, IngestResult
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome, PollResult
from monitor.domain.sources.report import MappedField

_ON_ITS_OWN = frozenset({Basis.READING, Basis.EVENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One detector's verdict; `says` is its summary when present, why not when unknown, else ""."""

    rule: Rule
    verdict: Verdict
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One poll judged by every enabled detector of a terminal; `disabled` are the others' names.

    `ingested` is what became of the events in the answer, `mapping` how a source's JSON became the reading.
    """

    watched: WatchedTerminal
    result: PollResult
    findings: tuple[Finding, ...]
    disabled: tuple[str, ...]
    ingested: IngestResult = NOTHING_INGESTED
    mapping: tuple[MappedField, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """The worst severity that is present; UNKNOWN when the poll says nothing of the terminal."""
        present = {finding.rule.severity for finding in self.findings if finding.verdict is Verdict.PRESENT}
        if Severity.CRITICAL in present:
            return ExitCode.CRITICAL
        if Severity.WARNING in present:
            return ExitCode.WARNING
        return ExitCode.OK if self.result.outcome is Outcome.OK else ExitCode.UNKNOWN


def examine(
    terminal: Terminal,
    rules: TerminalRules,
    result: PollResult,
    now: Instant,
    *,
    track_events: Callable[[Fleet], EventTracker] = lambda fleet: EventTracker(fleet=fleet),
    mapping: tuple[MappedField, ...] = (),
) -> Examination:
    """Judge one finished poll as if every later one came to the same.

    So a terminal that does not answer counts as offline, though one failed poll alone would not do. Events
    are counted by the tracker that `track_events` makes for a fleet of this terminal alone.
    """
    fleet = Fleet()
    watched = fleet.add(terminal, rules=rules, now=now)
    if result.outcome not in SAYS_NOTHING:
        for _ in range(_polls_to_confirm(rules, result)):
            watched.absorb(result, now, clock_skew_s=_clock_skew(result, now), steady=False)
    ingested = _counted(track_events(fleet), watched, result, now)
    findings: dict[str, Finding] = {}
    disabled = []
    for detector in DETECTORS:
        if not detector.is_about(TERMINAL):
            continue  # what a card or a whole site does is not seen in one terminal's answer
        rule = rules.named(detector.alertname)
        if rule is None:
            disabled.append(detector.alertname)
        else:
            findings[detector.alertname] = _judged(rule, watched, findings)
    return Examination(
        watched=watched,
        result=result,
        findings=tuple(findings.values()),
        disabled=tuple(disabled),
        ingested=ingested,
        mapping=mapping,
    )


def _counted(
    event_tracker: EventTracker, watched: WatchedTerminal, result: PollResult, now: Instant
) -> IngestResult:
    """Count the events of an answer, by the terminal's own clock."""
    if not result.events or watched.claimed_id:
        return NOTHING_INGESTED
    skew_s = watched.clock_skew_s or 0.0
    ingested = event_tracker.ingest(watched, result.events, now, sent_at=now.wall + skew_s)
    if watched.events is not None:
        event_tracker.windows.history_of(watched, now)
    return ingested


def _polls_to_confirm(rules: TerminalRules, result: PollResult) -> int:
    if result.outcome is Outcome.OK:
        return 1
    offline = (rule.limits for rule in rules.on_poll if isinstance(rule.limits, OfflineLimits))
    return max((limits.min_failures for limits in offline), default=1)


def _clock_skew(result: PollResult, now: Instant) -> float | None:
    sent_at = parse_rfc3339(result.reading.sent_at) if result.reading and result.reading.sent_at else None
    return None if sent_at is None else sent_at - now.wall


def _judged(rule: Rule, watched: WatchedTerminal, earlier: dict[str, Finding]) -> Finding:
    detector = rule.detector
    if missing := _missing(rule, watched):
        return Finding(rule=rule, verdict=Verdict.UNKNOWN, says=missing)
    verdict = detector.judge(watched, rule.limits, False)
    replacement = earlier.get(detector.replaced_by)
    if replacement is not None and replacement.verdict is Verdict.PRESENT:
        return Finding(rule=rule, verdict=Verdict.ABSENT, says=f"{detector.replaced_by} says more")
    if verdict is Verdict.UNKNOWN:
        return Finding(rule=rule, verdict=verdict, says="too little is known")
    says = detector.summary(watched, rule.limits).en if verdict is Verdict.PRESENT else ""
    return Finding(rule=rule, verdict=verdict, says=says)


def _missing(rule: Rule, watched: WatchedTerminal) -> str:
    """Return the value that the detector needs and does not have, "" when it can be evaluated."""
    basis = rule.detector.basis
    if rule.detector.needs_history:
        return "takes more than one poll"
    if watched.last_poll is None or (basis is not Basis.POLL and watched.is_down):
        return "no heartbeat"
    if basis in _ON_ITS_OWN and watched.claimed_id:
        return "no heartbeat of its own"
    return "it told of no events" if basis is Basis.EVENTS and watched.events is None else ""
