"""Everything else, through apprise (the extra `posmon[notify]`)."""

import asyncio
from copy import copy
from importlib import import_module
from typing import Any, Self

from monitor.adapters.direct_notification.wording import subject, text
from monitor.adapters.receiver.availability import Availability
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.letter import Letter
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import Delivery

TOTAL_TIMEOUT_S = 30.0
_MAIL = frozenset({"mailto", "mailtos"})


class AppriseMessenger:
    """Hands each message to the service that `url` names, in apprise's notation; the URL is a secret.

    How that connects is apprise's affair; it only tells whether it went well. A service with several targets
    (`mailto://…?to=a,b`) gets the message target by target. When some targets fail, `fault` names
    them, and the others do not get the message again.
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
        self._targets: dict[str, Any] = {}

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        # An optional dependency, and a slow one to import; the configuration has looked whether it is there.
        apprise = import_module("apprise")
        asset = apprise.AppriseAsset(secure_logging=True)
        services = apprise.Apprise(asset=asset)
        services.add(self._url)
        single = [one for service in services for one in _by_target(service)]
        for number, service in enumerate(single, start=1):
            one = apprise.Apprise(asset=asset)
            one.add(service)
            self._targets[_described(service, number)] = one
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._targets = {}

    async def deliver(self, notification: Notification, now: Instant) -> Delivery:  # noqa: ARG002 - a messenger's signature
        """Hand over one message."""
        return await self._hand_over(
            {
                "title": subject(notification, self._language),
                "body": text(notification, self._external_url, self._language),
            }
        )

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:  # noqa: ARG002 - as above
        """Hand over one letter: as HTML where the service is mail, as plain text elsewhere."""
        words = {"title": letter.title, "body": letter.text, "body_format": "text"}
        if self._url.partition(":")[0].casefold() in _MAIL:
            # Apprise adds the plain text.
            words |= {"body": letter.html, "body_format": "html"}
        return await self._hand_over(words)

    async def _hand_over(self, words: dict[str, str]) -> Delivery:
        """Hand the same words to every target."""
        if not self._targets:
            raise RuntimeError("an AppriseMessenger is entered before it delivers")
        faults = await asyncio.gather(*(self._fault_of(one, words) for one in self._targets.values()))
        failed = {target: fault for target, fault in zip(self._targets, faults, strict=True) if fault}
        if not failed:
            return self._availability.answered(Delivery.SENT)
        if len(failed) == len(self._targets):
            return self._availability.failed(next(iter(failed.values())))
        return self._availability.partly(
            f"{len(failed)} of {len(faults)} targets failed: {', '.join(failed)}"
        )

    async def _fault_of(self, target: Any, words: dict[str, str]) -> str:  # noqa: ANN401 - apprise has no types
        """Return why a target was not told, empty when it was."""
        try:
            async with asyncio.timeout(self._total_timeout_s):
                is_sent = await target.async_notify(**words)
        except TimeoutError:
            return "timeout"
        return "" if is_sent else "apprise could not deliver it"


def _by_target(service: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return a service for each of its targets, as most of apprise's keep them; itself where it has one."""
    targets = getattr(service, "targets", None)
    if not isinstance(targets, list | tuple | set) or len(targets) <= 1:
        return [service]
    single = []
    for target in targets:
        one = copy(service)
        one.targets = type(targets)([target])
        single.append(one)
    return single


def _described(service: Any, number: int) -> str:  # noqa: ANN401 - as above
    """Return what a target is called: its address of mail, or its number, since others may be secret."""
    targets = getattr(service, "targets", None) or [""]
    parts = next(iter(targets))
    address = str(parts[-1] if isinstance(parts, list | tuple) and parts else parts)
    return f"{number} ({address})" if "@" in address and "/" not in address else f"{number}"
