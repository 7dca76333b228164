"""The severity of each part of a terminal by the rules in force, before any hold has elapsed."""

from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.index import of_component
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.fleet.watched_terminal import WatchedTerminal

_COMPONENTS = dict.fromkeys(detector.component for detector in DETECTORS if detector.component)
_ALERTS = {component: of_component(component) for component in _COMPONENTS}
_SEVERITIES = {Severity.CRITICAL: "critical", Severity.WARNING: "warning"}


def severities_of(watched: WatchedTerminal, book: AlertBook) -> dict[str, str]:
    """Return `critical`, `warning` or `ok` by component: the findings of its enabled rules."""
    if watched.reading is None:
        return {}
    return {
        part: severity for part, names in _ALERTS.items() if (severity := _worst_of(watched, names, book))
    }


def _worst_of(watched: WatchedTerminal, alertnames: tuple[str, ...], book: AlertBook) -> str:
    open_alerts = book.about(watched.terminal.terminal_id)
    found = set()
    for alertname in alertnames:
        rule = watched.rules.named(alertname)
        if rule is None:
            continue
        verdict = rule.detector.judge(watched, rule.limits, alertname in open_alerts)
        found.add(_SEVERITIES.get(rule.severity, "ok") if verdict is Verdict.PRESENT else "ok")
    return next((severity for severity in ("critical", "warning", "ok") if severity in found), "")
