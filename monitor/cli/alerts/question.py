"""What `posmon alerts` asks the daemon, and its answer."""

from typing import NamedTuple

from monitor.cli.client.api_client import ApiClient, Query
from monitor.cli.client.listings import fetch_alerts
from monitor.cli.errors.exit_code import ExitCode
from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument, AlertPage, StatusDocument

SEVERITIES = tuple(Severity)
"""From the loudest to the watchdog's."""
MOST = 200
"""As many as anyone reads of a table."""


class AlertQuestion(NamedTuple):
    """Which alerts are wanted, at most how many, and how they are shown."""

    filters: Query
    most: int | None
    language: Language
    with_evidence: bool


class AlertAnswer(NamedTuple):
    """The alerts found, the worst first, and how the daemon is."""

    found: list[AlertDocument]
    status: StatusDocument

    @property
    def exit_code(self) -> ExitCode:
        """The worst that fires of those found."""
        severities = {alert.severity for alert in self.found if alert.state is AlertState.FIRING}
        if Severity.CRITICAL in severities:
            return ExitCode.CRITICAL
        if Severity.WARNING in severities:
            return ExitCode.WARNING
        return ExitCode.OK if self.status.ready and self.status.terminals.watched else ExitCode.UNKNOWN


def fetch_answer(daemon: ApiClient, filters: Query, *, most: int | None) -> AlertAnswer:
    """Return the alerts that match, and one more than `most` where there are more; raises CannotTell."""
    status = daemon.ask("/api/v1/status", StatusDocument)
    if most is None:
        found = fetch_alerts(daemon, filters)
    else:
        found = next(daemon.pages("/api/v1/alerts", AlertPage, filters, limit=most + 1)).alerts
    found.sort(key=_worst_first)
    return AlertAnswer(found, status)


def _worst_first(alert: AlertDocument) -> tuple[int, bool, str, str]:
    is_pending = alert.state is AlertState.PENDING
    return SEVERITIES.index(alert.severity), is_pending, alert.starts_at, alert.subject
