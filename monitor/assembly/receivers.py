"""The receivers of alerts."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.direct_notification import DirectSink
from monitor.adapters.direct_notification.apprise_service import AppriseMessenger
from monitor.adapters.direct_notification.messenger import Messenger
from monitor.adapters.direct_notification.smtp import MailServer, SmtpMessenger
from monitor.adapters.direct_notification.webhook import WebhookMessenger
from monitor.config.notify_settings import EMAIL, EmailSettings, NotifySettings, ReceiverSettings
from monitor.config.settings import Settings
from monitor.domain.notification.outbox import BELIEVED_INTERVALS
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import AlertSink
from monitor.ports.clock import Clock
from monitor.ports.silence_source import SilenceSource


class Receiver(AlertSink, AbstractAsyncContextManager["Receiver", None], Protocol):
    """A sink that is entered before it is sent to."""

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can; holds no secret."""
        ...


def receivers(settings: Settings, clock: Clock, *, unfiltered: bool = False) -> Iterator[Receiver]:
    """Return all receivers, to be entered before use; with `unfiltered` each gets every alert."""
    yield from _alertmanagers(settings, clock)
    believed_s = BELIEVED_INTERVALS * settings.alerting.resend_interval_s
    for messenger, own in _messengers(settings):
        manner = settings.notify.manner(own, believed_s=believed_s, unfiltered=unfiltered)
        yield DirectSink(messenger=messenger, manner=manner, clock=clock)


def gathering_s(settings: Settings) -> dict[str, float]:
    """Return for how many seconds each receiver gathers news before it is notified, by its name."""
    return {messenger.name: settings.notify.gather_s for messenger, _ in _messengers(settings)}


def silence_sources(entered: Iterable[Receiver]) -> list[SilenceSource]:
    """Return where people make silences: the Alertmanagers among receivers that were entered."""
    return [receiver.silences for receiver in entered if isinstance(receiver, AlertmanagerSink)]


def _alertmanagers(settings: Settings, clock: Clock) -> Iterator[AlertmanagerSink]:
    alerting = settings.alerting
    basic_auth = alerting.basic_auth
    for url in alerting.alertmanagers:
        yield AlertmanagerSink(
            url=url,
            username=basic_auth.username if basic_auth else "",
            password=_plain(basic_auth.password if basic_auth else None),
            bearer_token=_plain(alerting.bearer_token),
            tls=_trusting(alerting.ca_file),
            resend_interval_s=alerting.resend_interval_s,
            clock=clock,
        )


def _messengers(settings: Settings) -> Iterator[tuple[Messenger, ReceiverSettings]]:
    notify, external_url = settings.notify, settings.web.external_url or ""
    for webhook in notify.webhooks:
        poster = WebhookMessenger(
            name=webhook.name,
            url=_plain(webhook.url),
            bearer_token=_plain(webhook.bearer_token),
            external_url=external_url,
            tls=_trusting(notify.ca_file),
        )
        yield poster, webhook
    if notify.email.host is not None:
        yield _mailer(notify.email, notify, external_url), notify.email
    for service in notify.apprise:
        messenger = AppriseMessenger(
            name=service.name,
            url=_plain(service.url),
            external_url=external_url,
            language=Language(service.language),
        )
        yield messenger, service


def _mailer(email: EmailSettings, notify: NotifySettings, external_url: str) -> SmtpMessenger:
    server = MailServer(
        host=email.host or "",
        port=email.port,
        security=email.security,
        username=email.username or "",
        password=_plain(email.password),
        tls=_trusting(notify.ca_file),
    )
    return SmtpMessenger(
        name=EMAIL,
        server=server,
        sender=email.sender or "",
        recipients=email.recipients,
        external_url=external_url,
        language=Language(email.language),
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _trusting(ca_file: Path | None) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=ca_file) if ca_file else None
