"""The steps, messages, holds and actions of a period, taken in one after the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.alerts.alert_book import Key
from monitor.domain.alerts.subjects import UNATTENDED, name_in
from monitor.domain.digest.attention import AttentionLog, ReceiverTally
from monitor.domain.digest.rule_tally import RuleTally
from monitor.domain.digest.suggestion import RECURS_FROM

NOISIEST = 10
"""People change no more rules than this in a week."""

UNATTENDED_S = 900.0
"""What on-call has known for a quarter of an hour, and neither ended nor was attended to, was overlooked."""

MOST_LISTED = 50
"""A summary with longer lists is not read; the counts beside them tell how long they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlooked:
    """A critical alert that on-call was told of and that nobody acted on; times are unix seconds.

    On-call knew of it for `unattended_s`, longer than UNATTENDED_S, while nothing held it back.
    """

    alertname: str
    subject: str
    since: float
    told_at: float
    lasted_s: float
    unattended_s: float
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A period from `since` to before `until` (unix seconds).

    `rules` are all that fired, the noisiest first. `recurring` counts the alerts (name, subject) that fired
    RECURS_FROM times or more, most frequent first. `overlooked` are those unattended longest first. `told`
    says what each receiver was told, `held` how often each reason held an alert back, `deeds` how often
    people did what (`ack.add`, `silence.add` and so on).
    """

    since: float
    until: float
    rules: tuple[RuleTally, ...]
    recurring: tuple[tuple[Key, int], ...]
    overlooked: tuple[Overlooked, ...]
    told: tuple[ReceiverTally, ...] = ()
    held: tuple[tuple[str, int], ...] = ()
    deeds: tuple[tuple[str, int], ...] = ()

    @property
    def noisiest(self) -> tuple[RuleTally, ...]:
        """The rules that fired most."""
        return self.rules[:NOISIEST]

    @property
    def fired(self) -> int:
        """How often any rule fired."""
        return sum(rule.fired for rule in self.rules)


class PeriodLog:
    """Counts what fired between two wall times, and how it was attended to.

    What fired before the period, and only ends in it, belongs to the period before. The watchdog is no news.
    """

    def __init__(self, *, since: float, until: float, attention: AttentionLog | None = None) -> None:
        self._since, self._until = since, until
        self._attention = attention or AttentionLog()
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
        attention = self._attention
        receivers = sorted(attention.receivers.values(), key=lambda one: (-one.messages, one.receiver))
        return Digest(
            since=self._since,
            until=self._until,
            rules=tuple(sorted(self._rules.values(), key=lambda rule: (-rule.fired, rule.alertname))),
            recurring=tuple(sorted(recurring.items(), key=lambda one: (-one[1], one[0]))),
            overlooked=tuple(sorted(self._overlooked, key=lambda one: -one.unattended_s)),
            told=tuple(receivers),
            held=_most_first(attention.held),
            deeds=_most_first(attention.deeds),
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
        rule.severity = step.severity.value
        rule.fired += 1
        rule.by_subject[step.subject] += 1
        rule.began(step.at.wall)
        if site := step.labels.get("site"):
            rule.by_site[site] += 1
        self._firing[key] = step

    def _end(self, began: Transition, ended: float, *, is_open: bool) -> None:
        rule, since = self._rules[began.alertname], began.since.wall
        lasted_s = max(0.0, ended - since)
        attended = self._attention.of(began, ended)
        rule.ended_after(lasted_s, is_open=is_open)
        rule.told += attended.told_at is not None
        rule.shop_told += attended.shop_told
        rule.held += bool(attended.reasons)
        rule.acknowledged += attended.is_acknowledged
        rule.attended += attended.is_attended
        if attended.told_at is None or attended.is_attended or attended.unattended_s <= UNATTENDED_S:
            return
        is_said = name_in(UNATTENDED, began.subject) is not None  # by the alert that it is about
        if began.severity is Severity.CRITICAL and not is_said:
            self._overlooked.append(
                Overlooked(
                    alertname=began.alertname,
                    subject=began.subject,
                    since=since,
                    told_at=attended.told_at,
                    lasted_s=lasted_s,
                    unattended_s=attended.unattended_s,
                    is_open=is_open,
                )
            )


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
