"""Who hears of alerts."""

import ssl
from collections.abc import Iterator

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.config.settings import Settings


def alertmanagers(settings: Settings) -> Iterator[AlertmanagerSink]:
    """Return the Alertmanagers, to be entered before they are sent to."""
    alerting = settings.alerting
    basic_auth = alerting.basic_auth
    for url in alerting.alertmanagers:
        yield AlertmanagerSink(
            url=url,
            username=basic_auth.username if basic_auth else "",
            password=basic_auth.password.get_secret_value() if basic_auth else "",
            bearer_token=alerting.bearer_token.get_secret_value() if alerting.bearer_token else "",
            tls=ssl.create_default_context(cafile=alerting.ca_file) if alerting.ca_file else None,
        )
