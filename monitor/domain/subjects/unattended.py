"""Alerts about alerts that nobody attends to."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import UNATTENDED
from monitor.domain.calendars.escalation_policy import levels_of
from monitor.domain.fleet.known_facts import in_one_line
from monitor.domain.instant import Instant
from monitor.domain.on_call.unattended import UnattendedAlert
from monitor.domain.subjects.kind import SubjectKind, Words

ALERT = "Unattended"

_OF_ITSELF = frozenset({"alertname", "severity", "category"})


class Unattended(SubjectKind):
    """An alert at one level of its escalation, stored as level, name and subject."""

    name = UNATTENDED

    def find(self, name: str, _now: Instant) -> UnattendedAlert | None:
        """Return the alert as it is now, also when it is over."""
        level, _, rest = name.partition("/")
        alertname, _, subject = rest.partition("/")
        if not level.isdecimal() or not subject:
            return None
        alert = self._known.book.find(alertname, subject)
        levels = levels_of(alert.labels, self._known.fleet.escalation) if alert else ()
        number = int(level)
        known = {} if not 0 < number <= len(levels) else {"after_s": levels[number - 1]}
        return UnattendedAlert(level=number, alertname=alertname, subject=subject, alert=alert, **known)

    def labels(self, thing: UnattendedAlert) -> Mapping[str, str]:
        """Return the level, the alert's name, and the alert's place and owner."""
        own = {"level": str(thing.level), "about": thing.alertname}
        # Once the alert is over, the labels stay as they are: others would be another alert.
        of = thing.alert or self._known.book.find(ALERT, self.subject(thing))
        return {name: text for name, text in of.labels.items() if name not in _OF_ITSELF} | own if of else own

    def title(self, thing: UnattendedAlert) -> str:
        """Return the alert's name and where it is."""
        return f"{thing.alertname} {thing.subject.lstrip('/').replace('/', ' ')}"

    def explain(self, rule: Rule, thing: UnattendedAlert, now: Instant) -> Words:  # noqa: ARG002 - one kind
        """Return what the alert says."""
        said = thing.alert.annotations if thing.alert else {}
        facts = {"says": said.get("summary", ""), "cause": said.get("cause", "").partition("; ")[0]}
        return {"evidence": in_one_line({name: text for name, text in facts.items() if text})}
