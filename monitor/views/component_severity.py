"""How a terminal's parts look by the rules that hold for it, before any wait is over."""

from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.index import of_component
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.fleet.watched_terminal import WatchedTerminal

_COMPONENTS = dict.fromkeys(detector.component for detector in DETECTORS if detector.component)
_ALERTS = {component: of_component(component) for component in _COMPONENTS}
_TONES = {Severity.CRITICAL: "critical", Severity.WARNING: "warning"}


def tones_of(watched: WatchedTerminal, book: AlertBook) -> dict[str, str]:
    """Return `critical`, `warning` or `ok` by component: the findings of its enabled rules."""
    if watched.reading is None:
        return {}
    return {part: tone for part, names in _ALERTS.items() if (tone := _tone(watched, names, book))}


def _tone(watched: WatchedTerminal, alertnames: tuple[str, ...], book: AlertBook) -> str:
    open_alerts = book.about(watched.terminal.terminal_id)
    tones = set()
    for alertname in alertnames:
        rule = watched.rules.named(alertname)
        if rule is None:
            continue
        verdict = rule.detector.judge(watched, rule.limits, alertname in open_alerts)
        tones.add(_TONES.get(rule.severity, "ok") if verdict is Verdict.PRESENT else "ok")
    return next((tone for tone in ("critical", "warning", "ok") if tone in tones), "")
