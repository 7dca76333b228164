"""Lists that several commands ask the daemon for."""

from monitor.cli.client.api_client import ApiClient, Query
from monitor.views.documents import (
    AlertDocument,
    AlertPage,
)

_ALERTS = "/api/v1/alerts"


def fetch_alerts(daemon: ApiClient, filters: Query) -> list[AlertDocument]:
    """Return the open alerts that match, of all pages; raises CannotTell."""
    return [alert for page in daemon.pages(_ALERTS, AlertPage, filters) for alert in page.alerts]
