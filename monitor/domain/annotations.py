"""The words of an alert: what receivers show people, made anew whenever it steps or is renewed."""

from monitor.domain.advice import AdviceBook
from monitor.domain.facts import evidence_of
from monitor.domain.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.outage import Outage
from monitor.domain.progress import Progress
from monitor.domain.rules import Rule
from monitor.domain.watched_terminal import WatchedTerminal


class Annotations:
    """Writes the annotations of alerts from what is known now; `fleet` is who they are about."""

    def __init__(self, *, fleet: Fleet, advice: AdviceBook) -> None:
        self._fleet = fleet
        self._advice = advice

    def of_terminal(self, rule: Rule, watched: WatchedTerminal, now: Instant) -> dict[str, str]:  # noqa: ARG002
        """Return the words of an alert about one terminal."""
        terminal = watched.terminal
        words = self._plain(rule, watched, terminal.terminal_id)
        if terminal.contact:
            words["contact"] = terminal.contact
        return words | {"evidence": evidence_of(watched)}

    def of_group(self, rule: Rule, thing: Outage | Progress, now: Instant) -> dict[str, str]:  # noqa: ARG002
        """Return the words of an alert about a site, the fleet or posmon itself."""
        name = thing.name if isinstance(thing, Outage) else ""
        return self._plain(rule, thing, name or "posmon")

    def _plain(self, rule: Rule, subject: object, name: str) -> dict[str, str]:
        """Return what the detector says of `subject`, and the advice that goes with the alert."""
        summary = f"{name}: {rule.detector.summary(subject, rule.limits)}"
        return {"summary": summary, **self._advice.words(rule.alertname)}
