"""The words of an alert: what receivers show people, made anew whenever it steps or is renewed."""

from monitor.domain.advice import advice_for
from monitor.domain.facts import evidence_of
from monitor.domain.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.outage import Outage
from monitor.domain.progress import Progress
from monitor.domain.rules import Rule
from monitor.domain.watched_terminal import WatchedTerminal


class Annotations:
    """Writes the annotations of alerts from what is known now; `fleet` is who they are about."""

    def __init__(self, *, fleet: Fleet) -> None:
        self._fleet = fleet

    def of_terminal(self, rule: Rule, watched: WatchedTerminal, now: Instant) -> dict[str, str]:  # noqa: ARG002
        """Return the words of an alert about one terminal."""
        terminal = watched.terminal
        words = plain_words(rule, watched, terminal.terminal_id)
        if terminal.contact:
            words["contact"] = terminal.contact
        return words | {"evidence": evidence_of(watched)}

    def of_group(self, rule: Rule, thing: Outage | Progress, now: Instant) -> dict[str, str]:  # noqa: ARG002
        """Return the words of an alert about a site, the fleet or posmon itself."""
        name = thing.name if isinstance(thing, Outage) else ""
        return plain_words(rule, thing, name or "posmon")


def plain_words(rule: Rule, subject: object, name: str) -> dict[str, str]:
    """Return what the detector says of `subject`, and the advice that goes with the alert."""
    advice = advice_for(rule.alertname)
    return {
        "summary": f"{name}: {rule.detector.summary(subject, rule.limits)}",
        "description": advice.meaning,
        "action": advice.action,
        "action_zh": advice.action_zh,
    }
