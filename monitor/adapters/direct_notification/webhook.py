"""Webhooks in the shape of Alertmanager's (its payload version 4)."""

import ssl
from collections.abc import Mapping
from typing import Self

import msgspec
from yarl import URL

from monitor.adapters.receiver.availability import Availability
from monitor.adapters.receiver.http_exchange import HttpExchange
from monitor.adapters.receiver.http_session import TOTAL_TIMEOUT_S
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.notification.group_notification import Notification, fingerprint, in_common
from monitor.domain.notification.letter import Letter
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery

VERSION = "4"
NOT_YET = "0001-01-01T00:00:00Z"
"""The end of an alert that has none, as Alertmanager writes it."""


class WebhookMessenger:
    """Posts one JSON document per message to `url`, which may hold secrets; `name` is shown in its place.

    The exchange is an `HttpExchange`, with its rules: no redirects, no proxies.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        bearer_token: str = "",
        external_url: str = "",
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self.name = name
        self._external_url = external_url
        self._availability = Availability(name)
        self._exchange = HttpExchange(
            url=URL(url),
            headers={"Authorization": f"Bearer {bearer_token}"} if bearer_token else {},
            availability=self._availability,
            tls=tls,
            total_timeout_s=total_timeout_s,
        )

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        await self._exchange.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._exchange.__aexit__(*exc_info)

    async def deliver(self, notification: Notification, now: Instant) -> Delivery:  # noqa: ARG002 - a messenger's signature
        """Post one message."""
        return await self.post(notification)

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:  # noqa: ARG002 - a messenger's signature
        """Post one letter: its document, with its key, title and text."""
        said = {"key": letter.key, "title": letter.title, "text": letter.text, "receiver": self.name}
        return await self._post(dict(letter.document) | said | {"externalURL": self._external_url})

    async def post(self, notification: Notification, **more: object) -> Delivery:
        """Post one message, its document with these keys besides."""
        document = payload(notification, receiver=self.name, external_url=self._external_url) | more
        return await self._post(document)

    async def _post(self, document: Mapping[str, object]) -> Delivery:
        try:
            body = msgspec.json.encode(document)
        except (ValueError, OverflowError):
            return self._availability.answered(Delivery.REJECTED)
        return await self._exchange.post(body)


def payload(notification: Notification, *, receiver: str, external_url: str) -> dict[str, object]:
    """Return the document: the whole group, what fires first, and what its alerts have in common."""
    notices = notification.notices
    return {
        "version": VERSION,
        "groupKey": notification.group_key,
        "truncatedAlerts": 0,
        "status": notification.status,
        "receiver": receiver,
        "groupLabels": dict(notification.group),
        "commonLabels": in_common([notice.labels for notice in notices]),
        "commonAnnotations": in_common([notice.annotations for notice in notices]),
        "externalURL": external_url,
        "alerts": [_alert(notice, external_url) for notice in notices],
    }


def _alert(notice: PostableAlert, external_url: str) -> dict[str, object]:
    return {
        "status": "resolved" if notice.resolved else "firing",
        "labels": notice.labels,
        "annotations": notice.annotations,
        "startsAt": rfc3339(notice.starts_at),
        "endsAt": rfc3339(notice.ends_at) if notice.resolved else NOT_YET,
        "generatorURL": external_url,
        "fingerprint": fingerprint(notice.labels),
    }
