"""The receivers of alerts."""

import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.direct_notification import DirectSink
from monitor.adapters.direct_notification.apprise_service import AppriseMessenger
from monitor.adapters.direct_notification.messenger import Messenger
from monitor.adapters.direct_notification.shop_sink import ShopSink
from monitor.adapters.direct_notification.shop_wording import shop_subject, shop_text
from monitor.adapters.direct_notification.smtp import MailServer, MailWords, SmtpMessenger
from monitor.adapters.direct_notification.webhook import WebhookMessenger
from monitor.assembly.ticket_sinks import TicketPlace, ticket_sinks
from monitor.config.notify_settings import EMAIL, SHOPS, EmailSettings, NotifySettings, ReceiverSettings
from monitor.config.settings import Settings
from monitor.domain.alerts.alert import Severity
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import BELIEVED_INTERVALS
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.shop_notification import FindShop, ShopLogs, ShopPolicy
from monitor.domain.notification.told import ToldLog, Way
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import AlertSink
from monitor.ports.clock import Clock
from monitor.ports.silence_source import SilenceSource
from monitor.services.notifier import TellNews


class Receiver(AlertSink, AbstractAsyncContextManager["Receiver", None], Protocol):
    """A sink that is entered before it is sent to."""

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can; holds no secret."""
        ...


def receivers(
    settings: Settings,
    clock: Clock,
    *,
    unfiltered: bool = False,
    find_shop: FindShop | None = None,
    told: ToldLog | None = None,
    tickets: TicketPlace | None = None,
) -> Iterator[Receiver]:
    """Return all receivers, to be entered before use; with `unfiltered` each gets every alert.

    Shops are told by what `find_shop` finds, and not without it. `told` notes what direct receivers are told.
    What is known of tickets is kept in `tickets`, and nowhere without it.
    """
    yield from _alertmanagers(settings, clock)
    believed_s = BELIEVED_INTERVALS * settings.alerting.resend_interval_s
    for messenger, own in messengers(settings):
        manner = settings.notify.manner(own, believed_s=believed_s, unfiltered=unfiltered)
        yield DirectSink(messenger=messenger, manner=manner, clock=clock, way=_way_of(messenger), told=told)
    yield from ticket_sinks(settings, clock, tickets or TicketPlace(), at_once=unfiltered)
    if find_shop is not None and settings.notify.shops.tells:
        yield _shops(settings, clock, find_shop, believed_s=believed_s, told=told)


def gathering_s(settings: Settings) -> dict[str, float]:
    """Return for how many seconds each receiver gathers news before it is notified, by its name."""
    names = [messenger.name for messenger, _ in messengers(settings)]
    names += [one.name for one in settings.notify.tickets]
    return dict.fromkeys((*names, SHOPS), settings.notify.gather_s)


def _shops(
    settings: Settings, clock: Clock, find: FindShop, *, believed_s: float, told: ToldLog | None
) -> ShopSink:
    notify, shops, external_url = settings.notify, settings.notify.shops, settings.web.external_url or ""
    policy = ShopPolicy(
        most_per_day=shops.max_per_day, least=Severity(shops.min_severity), believed_s=believed_s
    )
    words = MailWords(shop_subject, shop_text)
    mailer = _mailer(notify.email, notify, external_url, name=SHOPS, words=words, language=shops.language)
    poster = None
    if shops.webhook:
        poster = WebhookMessenger(
            name=SHOPS,
            url=_plain(shops.webhook),
            bearer_token=_plain(shops.bearer_token),
            external_url=external_url,
            tls=_trusting(notify.ca_file),
        )
    return ShopSink(
        name=SHOPS,
        logs=ShopLogs(policy, find),
        clock=clock,
        language=Language(shops.language),
        mailer=mailer if shops.email else None,
        poster=poster,
        told=told,
    )


def news_of(told: ToldLog, sinks: Iterable[Receiver]) -> TellNews:
    """Return what notes the news that Alertmanagers take; the other receivers note their messages."""
    names = {sink.name for sink in sinks if isinstance(sink, AlertmanagerSink)}

    def tell(name: str, news: Sequence[PostableAlert], now: Instant) -> None:
        if name in names:
            new = [notice for notice in news if not notice.resolved]
            told.tell(name, Way.ALERTMANAGER, new, resolved=len(news) - len(new), wall=now.wall)

    return tell


def _way_of(messenger: Messenger) -> Way:
    if isinstance(messenger, WebhookMessenger):
        return Way.WEBHOOK
    return Way.MAIL if isinstance(messenger, SmtpMessenger) else Way.MESSENGER


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


def messengers(settings: Settings) -> Iterator[tuple[Messenger, ReceiverSettings]]:
    """Return the direct receivers of the section `notify`, to be entered before use, with their settings."""
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


def _mailer(
    email: EmailSettings,
    notify: NotifySettings,
    external_url: str,
    *,
    name: str = EMAIL,
    words: MailWords | None = None,
    language: str = "",
) -> SmtpMessenger:
    server = MailServer(
        host=email.host or "",
        port=email.port,
        security=email.security,
        username=email.username or "",
        password=_plain(email.password),
        tls=_trusting(notify.ca_file),
    )
    return SmtpMessenger(
        name=name,
        server=server,
        sender=email.sender or "",
        recipients=email.recipients,
        external_url=external_url,
        language=Language(language or email.language),
        words=words or MailWords(),
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _trusting(ca_file: Path | None) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=ca_file) if ca_file else None
