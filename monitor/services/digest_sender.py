"""Sending each period's summary once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from monitor.domain.calendars.digest_schedule import DigestSchedule
from monitor.domain.instant import Instant
from monitor.domain.notification.letter import Letter
from monitor.domain.notification.outbox import retry_delay_s
from monitor.domain.notification.told import ToldLog
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock
from monitor.ports.letter_box import LetterBox

LOOK_EVERY_S = 20.0
"""A wall clock that is set, or a machine that slept, is noticed within this time."""

_AHEAD_S = 15 * 24 * 3600.0
"""What was sent for a period so far ahead was sent by a clock that was wrong."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOrder:
    """One summary that is sent and remembered by its `name`; `write(since, until)` makes the letter."""

    name: str
    box: LetterBox
    schedule: DigestSchedule
    write: Callable[[float, float], Awaitable[Letter]]


@dataclass(slots=True, kw_only=True)
class DigestSender:
    """Sends what is due, to each receiver at its own pace; `told` remembers what was sent.

    `saved` returns when all that has happened is durable. A period counts as sent once the receiver has taken
    it and that is durable: who is killed in between sends the same letter, with the same key, once more. Of
    periods that were missed only the last is sent. A schedule that is seen for the first time begins now.
    """

    orders: Sequence[DigestOrder]
    told: ToldLog
    clock: Clock
    saved: Callable[[], Awaitable[None]]
    chance: Callable[[], float] = field(default=random.random)

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wait(), name="digest sender")
            for order in self.orders:
                group.create_task(self._serve(order), name=f"digest {order.name}")

    async def _wait(self) -> None:
        while True:
            await self.clock.sleep(LOOK_EVERY_S)

    async def _serve(self, order: DigestOrder) -> None:
        failures = 0
        while True:
            delivery = await self._send_due(order)
            if delivery is Delivery.RETRY:
                failures += 1
                await self.clock.sleep(retry_delay_s(failures, self.chance()))
            else:
                failures = 0
                await self.clock.sleep(LOOK_EVERY_S)

    async def _send_due(self, order: DigestOrder) -> Delivery | None:
        """Send the last period that is over, None when it was sent already."""
        now = self.clock.now()
        since, until = order.schedule.period(now.wall)
        last = self.told.digests.get(order.name)
        if last is None or last > now.wall + _AHEAD_S:
            await self._note(order, until)
            return None
        if last >= until:
            return None
        await self.saved()
        delivery = await self._attempt(order, since, until, now)
        if delivery is Delivery.RETRY:
            return delivery
        log.info("digest.sent", receiver=order.box.name, digest=order.name, result=delivery.value)
        await self._note(order, until)
        return delivery

    async def _attempt(self, order: DigestOrder, since: float, until: float, now: Instant) -> Delivery:
        try:
            return await order.box.deliver_letter(await order.write(since, until), now)
        except Exception:  # a receiver that breaks its promise must not end posmon
            log.exception("digest.not_sent", receiver=order.box.name, digest=order.name)
            return Delivery.RETRY

    async def _note(self, order: DigestOrder, until: float) -> None:
        self.told.digest_sent(order.name, until)
        await self.saved()
