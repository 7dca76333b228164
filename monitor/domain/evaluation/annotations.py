"""The words of an alert: what receivers show people, made anew whenever it steps or is renewed."""

from monitor.domain.alerts.rules import Rule
from monitor.domain.fleet.emergency_plan import plan_words
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.subjects.kind import SubjectKind, Thing, Words

_FAILURES_KEPT = 20


class Annotations:
    """Writes the annotations of alerts from what is known now.

    `cause` and `cause_zh` are there where a diagnosis is, `plan` and `plan_zh` where `fleet` knows whom to
    call or what lies ready. Words never cost an alert: an alert that cannot be explained goes without cause
    and evidence, and `failures` holds why, by alert name.
    """

    def __init__(self, *, advice: AdviceBook, fleet: Fleet | None = None) -> None:
        self._advice = advice
        self._fleet = fleet
        self.failures: list[tuple[str, Exception]] = []

    def write(self, rule: Rule, kind: SubjectKind, thing: Thing, now: Instant) -> Words:
        """Return the annotations of an alert about `thing`, which is of that kind."""
        title = kind.title(thing)
        says = rule.detector.summary(thing, rule.limits)
        words = {"summary": f"{title}: {says.en}", "summary_zh": f"{title}：{says.zh}"}
        words |= self._advice.words(rule.alertname, rule.setting)
        if contact := kind.contact(thing):
            words["contact"] = contact
        return words | self._explain(rule, kind, thing, now)

    def _explain(self, rule: Rule, kind: SubjectKind, thing: Thing, now: Instant) -> Words:
        try:
            return self._plan(rule, kind, thing) | kind.explain(rule, thing, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the alert must go out
            if len(self.failures) < _FAILURES_KEPT:
                self.failures.append((rule.alertname, error))
            return {}

    def _plan(self, rule: Rule, kind: SubjectKind, thing: Thing) -> Words:
        if self._fleet is None:
            return {}
        labels = {**kind.labels(thing), "owner": rule.owner_about(kind.name).value}
        return plan_words(labels, self._fleet)
