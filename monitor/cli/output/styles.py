"""Colours of severities and healths."""

from monitor.domain.alerts.alert import Severity

STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
    Severity.NONE: "dim",
}
