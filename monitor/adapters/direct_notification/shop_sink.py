"""Telling shops themselves, by mail and through a webhook such as that of an SMS gateway."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from monitor.adapters.direct_notification.shop_wording import shop_subject, shop_text
from monitor.adapters.direct_notification.smtp import SmtpMessenger
from monitor.adapters.direct_notification.webhook import WebhookMessenger
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.shop_notification import Shop, ShopLogs
from monitor.domain.notification.told import ToldLog, Way
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock


class ShopSink:
    """An async context manager around the two ways to shops, either of which may be missing.

    A shop with a mail address in its contact gets mail. The webhook gets the messages to all others; their
    document has the contact, and says in words what to tell it. A shop that is refused for good is not tried
    again; the others get theirs.
    """

    def __init__(
        self,
        *,
        name: str,
        logs: ShopLogs,
        clock: Clock,
        language: Language,
        mailer: SmtpMessenger | None = None,
        poster: WebhookMessenger | None = None,
        told: ToldLog | None = None,
    ) -> None:
        self.name = name
        self._logs = logs
        self._clock = clock
        self._language = language
        self._mailer = mailer
        self._poster = poster
        self._told = told or ToldLog()
        self._stack = AsyncExitStack()

    @property
    def fault(self) -> str:
        """Why shops cannot be told, empty while they can."""
        return next((way.fault for way in (self._mailer, self._poster) if way and way.fault), "")

    async def __aenter__(self) -> Self:
        for way in (self._mailer, self._poster):
            if way is not None:
                await self._stack.enter_async_context(way)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, traceback)

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Tell every shop that has news; the first message that may arrive later ends it."""
        now = self._clock.now()
        result = Delivery.SENT
        for shop, notification in self._logs.due(notices, now):
            delivery = await self._tell(shop, notification, now)
            if delivery is Delivery.RETRY:
                return delivery
            if delivery is not Delivery.SENT:
                result = Delivery.PARTIAL
            self._logs.settle(shop, notification, now)
            resolved = len(notification.resolved)
            self._told.tell(self.name, Way.SHOP, notification.new, resolved=resolved, wall=now.wall)
        return result

    async def _tell(self, shop: Shop, notification: Notification, now: Instant) -> Delivery:
        if self._mailer is not None and shop.email:
            return await self._mailer.deliver_once(shop.email, notification, now)
        if self._poster is None:
            return Delivery.SENT
        told = {
            "name": shop.key.removeprefix("/"),
            "contact": shop.contact,
            "phone": shop.phone,
            "email": shop.email,
            "language": self._language.value,
            "subject": shop_subject(notification, self._language),
            "text": shop_text(notification, "", self._language),
        }
        return await self._poster.post(notification, shop=told)
