"""Comparing what was raised with what was true."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, inf
from statistics import median, quantiles
from typing import TypeVar

from bench.evaluate.run import Outcome
from bench.evaluate.stage import Raised
from bench.evaluate.world.journal import Incident, Truth
from monitor.domain.alerts.alert import Category
from monitor.domain.diagnosis.cause import Cause

Thing = TypeVar("Thing", Raised, Truth)

SLACK_S = 180.0
"""An alert may outlive its condition by so much: the next poll, the next look at open alerts."""

OVER = 10_000

NOT_SCORED = frozenset(
    {
        "TerminalFlapping",
        "FirmwareOutdated",
        "UnexpectedRestart",
        "HeartbeatUnreadable",
        "ClockSkew",
        "BatteryLow",
        "BatteryCritical",
    }
)
"""Alerts on what the generator does not label."""


Confusion = defaultdict[str, Counter[tuple[Cause, Cause]]]


def right_causes(confusion: Confusion) -> tuple[int, int]:
    """Return how many diagnoses named a right cause first, and of how many."""
    counts = [item for counter in confusion.values() for item in counter.items()]
    right = sum(count for (was, named), count in counts if was is named)
    return right, sum(count for _, count in counts)


@dataclass(slots=True)
class AlertScore:
    """How one alert did. `due` are conditions that the contract asks to be raised, `found` those that were.

    `raised` counts alerts that receivers heard of, `right` those that were true, `ordinary` those of the
    true ones that nothing but the ordinary course brought about. `delays_s` are from the condition's being
    met, by the terminal's own time, until receivers heard of it.
    """

    due: int = 0
    found: int = 0
    raised: int = 0
    right: int = 0
    ordinary: int = 0
    delays_s: list[float] = field(default_factory=list)

    @property
    def recall(self) -> float | None:
        """Share (0-1) of what was due that was found, None when nothing was."""
        return self.found / self.due if self.due else None

    @property
    def precision(self) -> float | None:
        """Share (0-1) of what was raised that was true, None when nothing was."""
        return self.right / self.raised if self.raised else None

    def delay_s(self, *, percentile: int) -> float | None:
        """Return a percentile of the delays in seconds, None without any."""
        if len(self.delays_s) < 2:
            return self.delays_s[0] if self.delays_s else None
        if percentile == 50:
            return median(self.delays_s)
        return quantiles(self.delays_s, n=100, method="inclusive")[percentile - 1]


@dataclass(slots=True)
class KindScore:
    """How incidents of one kind fared: `met` of `incidents` brought about something that was due.

    `noticed` are those of the others, slower or weaker than the contract's conditions, that were raised
    nevertheless.
    """

    incidents: int = 0
    met: int = 0
    noticed: int = 0


@dataclass(slots=True)
class Score:
    """All figures of some seeds.

    `confusion` counts by alert, once for each condition that was found, (what it was, what was named first)
    in the words with which the alert fired, `confusion_at_last` in the words with which it ended.
    `of_incidents` counts those of them that an incident was behind, and of these `right_first` and
    `right_at_last` the ones that were right.
    """

    alerts: defaultdict[str, AlertScore] = field(default_factory=lambda: defaultdict(AlertScore))
    kinds: defaultdict[str, KindScore] = field(default_factory=lambda: defaultdict(KindScore))
    confusion: Confusion = field(default_factory=lambda: defaultdict(Counter))
    confusion_at_last: Confusion = field(default_factory=lambda: defaultdict(Counter))
    false_alerts: list[Raised] = field(default_factory=list)
    missed: list[Truth] = field(default_factory=list)
    wrong_causes: list[tuple[Raised, Truth]] = field(default_factory=list)
    of_incidents: int = 0
    right_first: int = 0
    right_at_last: int = 0
    terminal_days: int = 0
    events: int = 0
    polls: int = 0
    left_out: int = 0
    false_security: int = 0
    ordinary_security: int = 0

    def take(self, outcome: Outcome) -> None:
        """Add what came of one seed."""
        self.terminal_days += outcome.terminal_days
        self.events += outcome.events
        self.polls += outcome.polls
        self.left_out += outcome.left_out
        told = [raised for raised in outcome.raised if raised.told_at < inf]
        raised_of, true_of = _by_subject(told), _by_subject(outcome.truths)
        for raised in told:
            if raised.alertname not in NOT_SCORED:
                self._judge(raised, true_of.get((raised.alertname, raised.subject), ()))
        for truth in outcome.truths:
            if truth.is_due:
                self._look_for(truth, raised_of.get((truth.alertname, truth.subject), ()))
        self._count_kinds(outcome, raised_of)

    def _judge(self, raised: Raised, truths: Sequence[Truth]) -> None:
        score = self.alerts[raised.alertname]
        score.raised += 1
        fitting = [truth for truth in truths if _overlap(raised, truth)]
        is_security = raised.category is Category.SECURITY
        if not fitting:
            self.false_alerts.append(raised)
            self.false_security += is_security
            return
        score.right += 1
        if all(truth.by is None for truth in fitting):
            score.ordinary += 1
            self.ordinary_security += is_security

    def _compare_causes(self, raised: Sequence[Raised], truth: Truth) -> None:
        """Compare what was named when the first alert of a condition fired, and when the last was over."""
        first = min(raised, key=lambda one: one.fired_at)
        last = max(raised, key=lambda one: one.fired_at)
        if first.first_cause is None or not truth.causes:
            return
        for counts, named in (
            (self.confusion, first.first_cause),
            (self.confusion_at_last, last.last_cause or first.first_cause),
        ):
            was = named if named in truth.causes else min(truth.causes)
            counts[truth.alertname][was, named] += 1
        if truth.by is not None:
            self.of_incidents += 1
            self.right_first += first.first_cause in truth.causes
            self.right_at_last += (last.last_cause or first.first_cause) in truth.causes
        if first.first_cause not in truth.causes:
            self.wrong_causes.append((first, truth))

    def _look_for(self, truth: Truth, raised: Sequence[Raised]) -> None:
        score = self.alerts[truth.alertname]
        score.due += 1
        fitting = [one for one in raised if _overlap(one, truth)]
        if not fitting:
            self.missed.append(truth)
            return
        score.found += 1
        score.delays_s.append(max(0.0, min(one.told_at for one in fitting) - truth.met_at))
        self._compare_causes(fitting, truth)

    def _count_kinds(self, outcome: Outcome, raised_of: Mapping[tuple[str, str], Sequence[Raised]]) -> None:
        truths: defaultdict[Incident, list[Truth]] = defaultdict(list)
        for truth in outcome.truths:
            if truth.by is not None:
                truths[truth.by].append(truth)
        for incident in outcome.journal.incidents:
            kind = self.kinds[incident.kind]
            kind.incidents += 1
            if any(truth.is_due for truth in truths[incident]):
                kind.met += 1
            elif any(
                _overlap(raised, truth)
                for truth in truths[incident]
                for raised in raised_of.get((truth.alertname, truth.subject), ())
            ):
                kind.noticed += 1


def _overlap(raised: Raised, truth: Truth) -> bool:
    return raised.fired_at <= truth.ends + SLACK_S and raised.resolved_at >= truth.begins


def _by_subject(things: Iterable[Thing]) -> Mapping[tuple[str, str], Sequence[Thing]]:
    groups: defaultdict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in things:
        groups[thing.alertname, thing.subject].append(thing)
    return groups


def at_most(count: int) -> float:
    """Return the mean that a Poisson count is below with 95 % confidence (one-sided, exact)."""
    low, high = 0.0, 10.0 * (count + 1)
    while high - low > 1e-6:
        mean = (low + high) / 2
        term = total = exp(-mean)
        for number in range(1, count + 1):
            term *= mean / number
            total += term
        low, high = (mean, high) if total > 0.05 else (low, mean)
    return high
