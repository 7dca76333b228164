"""Alertmanager as a receiver of alerts (its HTTP API, version 2)."""

import ssl
from collections.abc import Sequence
from typing import Self

import aiohttp
import msgspec
from yarl import URL

from monitor.adapters.alertmanager.foreign_silence_reader import ForeignSilenceReader
from monitor.adapters.alertmanager.silence_api import SilenceApi
from monitor.adapters.alertmanager.silence_mirror import SilenceMirror
from monitor.adapters.receiver.availability import Availability
from monitor.adapters.receiver.http_exchange import HttpExchange
from monitor.adapters.receiver.http_session import TOTAL_TIMEOUT_S
from monitor.adapters.system import SystemClock
from monitor.domain.instant import rfc3339
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock


class AlertmanagerSink:
    """Posts to one Alertmanager; an async context manager that owns its connections.

    `url` is Alertmanager's own, path prefix included, user and password in it allowed. `username`
    and `password`, or `bearer_token`, override them. The exchange is an `HttpExchange`, with its
    rules. Why sending fails is logged when the reason changes, and when it works again.

    An alert that is held back has a silence as long as it fires (`SilenceMirror`); it ends before the alert's
    end is posted. `resend_interval_s` is how often a firing alert is sent again.
    """

    def __init__(
        self,
        *,
        url: str,
        username: str = "",
        password: str = "",
        bearer_token: str = "",
        tls: ssl.SSLContext | None = None,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
        resend_interval_s: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        address = URL(url)
        self._name = str(address.with_user(None).with_query(None).with_fragment(None))
        self._availability = Availability(self._name)
        headers = _authorization(
            username=username or address.user or "",
            password=password or address.password or "",
            bearer_token=bearer_token,
        )
        self._exchange = HttpExchange(
            url=URL(self._name) / "api/v2/alerts",
            headers=headers,
            availability=self._availability,
            tls=tls,
            total_timeout_s=total_timeout_s,
            answers_pages=False,
        )
        self._api = SilenceApi(url=URL(self._name), headers=headers, tls=tls, total_timeout_s=total_timeout_s)
        self._mirror = SilenceMirror(
            api=self._api, name=self._name, clock=clock or SystemClock(), resend_interval_s=resend_interval_s
        )
        self.silences = ForeignSilenceReader(api=self._api, name=self._name)

    @property
    def name(self) -> str:
        """The URL without user, password and query."""
        return self._name

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        await self._exchange.__aenter__()
        await self._api.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._api.__aexit__(*exc_info)
        await self._exchange.__aexit__(*exc_info)

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Deliver one batch; RETRY while a silence hides the end of an alert in it, the others are posted."""
        if not any(notice.held or notice.resolved for notice in notices):
            return await self._send_news(notices)
        mirrored = await self._mirror.follow(notices)
        if mirrored.withheld:
            notices = [one for one in notices if frozenset(one.labels.items()) not in mirrored.withheld]
        delivery = await self._post(notices) if notices else Delivery.SENT
        return delivery if mirrored.is_complete or delivery is not Delivery.SENT else Delivery.RETRY

    async def _send_news(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Deliver alerts that fire and are not held: no question about silences delays them."""
        delivery = await self._post(notices)
        if delivery is Delivery.SENT and not (await self._mirror.follow(notices)).is_complete:
            return Delivery.RETRY
        return delivery

    async def _post(self, notices: Sequence[PostableAlert]) -> Delivery:
        try:
            body = msgspec.json.encode([_posted(notice) for notice in notices])
        except (ValueError, OverflowError):
            return self._availability.answered(Delivery.REJECTED)
        return await self._exchange.post(body)


def _authorization(*, username: str, password: str, bearer_token: str) -> dict[str, str]:
    if bearer_token:
        return {"Authorization": f"Bearer {bearer_token}"}
    if username:
        return {"Authorization": aiohttp.encode_basic_auth(username, password, "utf-8")}
    return {}


def _posted(notice: PostableAlert) -> dict[str, object]:
    return {
        "labels": notice.labels,
        "annotations": notice.annotations,
        "startsAt": rfc3339(notice.starts_at),
        "endsAt": rfc3339(notice.ends_at),
    }
