"""Everything else, through apprise (the extra `posmon[notify]`)."""

import asyncio
from importlib import import_module
from typing import Any, Self

from monitor.adapters.direct_notification.wording import subject, text
from monitor.adapters.receiver.availability import Availability
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import Delivery

TOTAL_TIMEOUT_S = 30.0


class AppriseMessenger:
    """Hands each message to the service that `url` names, in apprise's notation; the URL is a secret.

    How that connects is apprise's affair; it only tells whether it went well.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        external_url: str = "",
        language: Language = Language.EN,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self.name = name
        self._url = url
        self._external_url = external_url
        self._language = language
        self._total_timeout_s = total_timeout_s
        self._availability = Availability(name)
        self._service: Any = None

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        # An optional dependency, and a slow one to import; the configuration has looked whether it is there.
        apprise = import_module("apprise")
        self._service = apprise.Apprise(asset=apprise.AppriseAsset(secure_logging=True))
        self._service.add(self._url)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._service = None

    async def deliver(self, notification: Notification, now: Instant) -> Delivery:  # noqa: ARG002 - a messenger's signature
        """Hand over one message."""
        if self._service is None:
            raise RuntimeError("an AppriseMessenger is entered before it delivers")
        try:
            async with asyncio.timeout(self._total_timeout_s):
                is_sent = await self._service.async_notify(
                    title=subject(notification, self._language),
                    body=text(notification, self._external_url, self._language),
                )
        except TimeoutError:
            return self._availability.failed("timeout")
        if is_sent:
            return self._availability.answered(Delivery.SENT)
        return self._availability.failed("apprise could not deliver it")
