"""The steps and actions of a period, taken in one after the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.alerts.alert_book import Key
from monitor.domain.digest.rule_tally import SHORT_S, RuleTally
from monitor.domain.digest.suggestion import RECURS_FROM
from monitor.domain.on_call.action import Action

NOISIEST = 10
"""People change no more rules than this in a week."""

LONG_S = 3600.0
"""A critical alert that nobody has acknowledged after an hour was overlooked."""

MOST_LISTED = 50
"""A summary with longer lists is not read; the counts beside them tell how long they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlooked:
    """A critical alert that lasted longer than LONG_S and that nobody acknowledged; `since` is unix time."""

    alertname: str
    subject: str
    since: float
    lasted_s: float
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A period from `since` to before `until` (unix seconds).

    `rules` are all that fired, the noisiest first. `recurring` counts the alerts (name, subject) that fired
    RECURS_FROM times or more, most frequent first. `overlooked` are longest first.
    """

    since: float
    until: float
    rules: tuple[RuleTally, ...]
    recurring: tuple[tuple[Key, int], ...]
    overlooked: tuple[Overlooked, ...]

    @property
    def noisiest(self) -> tuple[RuleTally, ...]:
        """The rules that fired most."""
        return self.rules[:NOISIEST]


class PeriodLog:
    """Counts what fired between two wall times.

    What fired before the period, and only ends in it, belongs to the period before. The watchdog is no news.
    """

    def __init__(self, *, since: float, until: float, actions: Iterable[Action]) -> None:
        self._since, self._until = since, until
        self._acknowledged: dict[Key, list[float]] = {}
        for action in actions:
            if action.what == "ack.add":
                key = action.details.get("alertname", ""), action.details.get("subject", "")
                self._acknowledged.setdefault(key, []).append(action.at)
        self._rules: dict[str, RuleTally] = {}
        self._firing: dict[Key, Transition] = {}
        self._overlooked: list[Overlooked] = []

    def take(self, steps: Iterable[Transition]) -> None:
        """Take in steps, in their order."""
        for step in steps:
            if step.severity is Severity.NONE:
                continue
            key = step.alertname, step.subject
            if step.state is AlertState.FIRING:
                self._begin(key, step)
            elif began := self._firing.pop(key, None):
                self._end(began, step.at.wall, is_open=False)

    def digest(self) -> Digest:
        """Return the summary; once, after the last step."""
        for began in self._firing.values():
            self._end(began, self._until, is_open=True)
        recurring = Counter(
            {
                (rule.alertname, subject): count
                for rule in self._rules.values()
                for subject, count in rule.by_subject.items()
                if count >= RECURS_FROM
            }
        )
        return Digest(
            since=self._since,
            until=self._until,
            rules=tuple(sorted(self._rules.values(), key=lambda rule: (-rule.fired, rule.alertname))),
            recurring=tuple(sorted(recurring.items(), key=lambda one: (-one[1], one[0]))),
            overlooked=tuple(sorted(self._overlooked, key=lambda one: -one.lasted_s)),
        )

    def _begin(self, key: Key, step: Transition) -> None:
        if unended := self._firing.pop(key, None):  # its end is lost: the disk failed
            self._end(unended, step.at.wall, is_open=False)
        rule = self._rules.get(step.alertname)
        if rule is None:
            rule = self._rules[step.alertname] = RuleTally(
                alertname=step.alertname,
                owner=step.labels.get("owner", ""),
                category=step.labels.get("category", ""),
            )
        rule.fired += 1
        rule.by_subject[step.subject] += 1
        if site := step.labels.get("site"):
            rule.by_site[site] += 1
        self._firing[key] = step

    def _end(self, began: Transition, ended: float, *, is_open: bool) -> None:
        rule, since = self._rules[began.alertname], began.since.wall
        lasted_s = max(0.0, ended - since)
        acts = self._acknowledged.get((began.alertname, began.subject), ())
        is_acknowledged = any(since <= at <= ended for at in acts)
        rule.total_s += lasted_s
        rule.longest_s = max(rule.longest_s, lasted_s)
        rule.ended += not is_open
        rule.acknowledged += is_acknowledged
        rule.short += not is_open and lasted_s <= SHORT_S
        if began.severity is Severity.CRITICAL and lasted_s > LONG_S and not is_acknowledged:
            self._overlooked.append(
                Overlooked(
                    alertname=began.alertname,
                    subject=began.subject,
                    since=since,
                    lasted_s=lasted_s,
                    is_open=is_open,
                )
            )
