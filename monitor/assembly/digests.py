"""The summaries that are sent by schedule."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from monitor.adapters.direct_notification.messenger import Messenger
from monitor.assembly.receivers import messengers
from monitor.assembly.state import State
from monitor.config.notify_settings import DigestSettings
from monitor.config.settings import Settings
from monitor.domain.digest.suggestion import InForce
from monitor.domain.instant import parse_rfc3339
from monitor.domain.notification.letter import Letter
from monitor.domain.runbooks.runbook import Language
from monitor.services.digest_sender import DigestOrder, DigestSender
from monitor.views.digest_listing import digest_document
from monitor.views.digest_reading import read_digest
from monitor.views.digest_sections import SayTime, digest_sections
from monitor.views.digest_text import html, plain_text

PAGE = "/digest"
NO_BOXES: Mapping[str, Messenger] = MappingProxyType({})


async def digest_boxes(stack: AsyncExitStack, settings: Settings) -> dict[str, Messenger]:
    """Return, by name, the receivers that get summaries, entered on `stack`.

    Each has connections of its own: a summary does not wait for alerts, nor they for it.
    """
    wanted = {order.receiver for order in settings.notify.digest}
    found = [messenger for messenger, _ in messengers(settings) if messenger.name in wanted]
    return {one.name: await stack.enter_async_context(one) for one in found}


def digest_sender(
    settings: Settings,
    state: State,
    boxes: Mapping[str, Messenger],
    *,
    setting: Callable[[str, str], float | None],
    saved: Callable[[], Awaitable[None]],
) -> DigestSender:
    """Return what sends them; `setting` tells what is in force, `saved` returns when all is durable."""
    in_force = InForce(setting=setting, tells_shops=settings.notify.shops.tells)
    return DigestSender(
        orders=[
            DigestOrder(
                name=order.name,
                box=boxes[order.receiver],
                schedule=order.schedule(settings.notify.timezone),
                write=_writer(order, settings, state, in_force),
            )
            for order in settings.notify.digest
        ],
        told=state.told,
        clock=state.clock,
        saved=saved,
    )


def _writer(
    order: DigestSettings, settings: Settings, state: State, in_force: InForce
) -> Callable[[float, float], Awaitable[Letter]]:
    zone = order.timezone or settings.notify.timezone
    say_time, language = _clock_of(zone), Language(order.language)
    url = settings.web.external_url
    link = f"{url.rstrip('/')}{PAGE}" if url else ""

    async def write(since: float, until: float) -> Letter:
        document = digest_document(await read_digest(state.store, since, until), in_force)
        text = digest_sections(document, language, say_time, order.every)
        return Letter(
            key=f"posmon digest {order.name} {document.until}",
            title=text.title,
            text=plain_text(text) + (f"\n{link}\n" if link else ""),
            html=html(text, "zh-Hans" if language is Language.ZH else "en", link),
            document={
                "kind": "digest",
                "every": order.every,
                "timezone": zone,
                "digest": msgspec.to_builtins(document),
            },
        )

    return write


def _clock_of(zone: str) -> SayTime:
    """Return what says our timestamps by the clock of a zone: `2026-12-02 08:00 CET`."""
    tz = ZoneInfo(zone)

    def say(timestamp: str) -> str:
        wall = parse_rfc3339(timestamp)
        return timestamp if wall is None else f"{datetime.fromtimestamp(wall, tz):%Y-%m-%d %H:%M %Z}"

    return say
