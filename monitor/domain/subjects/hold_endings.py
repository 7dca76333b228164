"""Alerts about what holds others back and is about to end."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import HOLD, HOLD_ENDING
from monitor.domain.fleet.known_facts import in_one_line
from monitor.domain.instant import Instant
from monitor.domain.on_call.hold_ending import EndingHold
from monitor.domain.subjects.kind import SubjectKind, Words

_OF_THE_RULE = frozenset({"alertname", "severity", "category"})


class HoldEndings(SubjectKind):
    """A window, a silence or an acknowledgement with its end, stored by both."""

    name = HOLD

    def find(self, name: str, _now: Instant) -> EndingHold | None:
        """Return what was seen of it last."""
        return self._known.endings.get(name)

    def labels(self, thing: EndingHold) -> Mapping[str, str]:
        """Return what holds, and the labels that all of the held alerts had when it was announced."""
        known = self._known.book.find(HOLD_ENDING, self.subject(thing))
        if known is not None:
            return {name: text for name, text in known.labels.items() if name not in _OF_THE_RULE}
        return {**thing.labels, "hold": thing.by}

    def title(self, thing: EndingHold) -> str:
        """Return what holds."""
        return thing.by

    def explain(self, rule: Rule, thing: EndingHold, now: Instant) -> Words:  # noqa: ARG002 - one kind
        """Return why it holds."""
        facts = {"why": thing.says, "alerts held": str(thing.held)}
        return {"evidence": in_one_line({name: text for name, text in facts.items() if text})}
