"""Each period's summary goes out once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from monitor.domain.calendars.digest_schedule import DigestSchedule, Every
from monitor.domain.instant import Instant
from monitor.domain.notification.letter import Letter
from monitor.domain.notification.told import ToldLog
from monitor.ports.alert_sink import Delivery
from monitor.services.digest_sender import DigestOrder, DigestSender
from tests.fakes import START, FakeClock

DAY_S = 86_400.0
NAME = "ops daily en"
DAILY = DigestSchedule(every=Every.DAILY, at=time(8), zone=ZoneInfo("UTC"))
DUE = DAILY.period(START.wall)[1]


@dataclass
class Box:
    """A receiver that answers as it is told to, SENT in the end."""

    name: str = "ops"
    answers: list[Delivery] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    is_broken: bool = False

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:  # noqa: ARG002 - the port
        """Take a letter."""
        if self.is_broken:
            raise RuntimeError("broken")
        self.letters.append(letter)
        return self.answers.pop(0) if self.answers else Delivery.SENT


async def write(since: float, until: float) -> Letter:
    """Return a letter that says which period it is about."""
    return Letter(key=f"{since} {until}", title="", text="", html="", document={})


async def saved() -> None:
    """Be durable at once."""


@asynccontextmanager
async def sending(clock: FakeClock, box: Box, told: ToldLog) -> AsyncIterator[None]:
    """Run a sender for the length of a block."""
    order = DigestOrder(name=NAME, box=box, schedule=DAILY, write=write)
    sender = DigestSender(orders=[order], told=told, clock=clock, saved=saved, chance=lambda: 1.0)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sender.run())
        await clock.advance(0.0)
        yield
        running.cancel()


def remembering(until: float) -> ToldLog:
    """Return the memory of a posmon that has sent the period that ended then."""
    told = ToldLog()
    told.digests[NAME] = until
    return told


async def test_a_new_schedule_begins_now() -> None:
    """What was before posmon knew of it is not sent; the next period is."""
    clock, box, told = FakeClock(), Box(), ToldLog()
    async with sending(clock, box, told):
        await clock.advance(60.0)
        assert not box.letters
        assert told.digests == {NAME: DUE}
        clock.set_wall(DUE + DAY_S)
        await clock.advance(30.0)
        assert [letter.key for letter in box.letters] == [f"{DUE} {DUE + DAY_S}"]


async def test_a_period_is_sent_once_whatever_the_number_of_runs() -> None:
    """Also while the clock goes on, and when it is set back over the time that it was due."""
    clock, box, told = FakeClock(), Box(), remembering(DUE - DAY_S)
    async with sending(clock, box, told):
        await clock.advance(120.0)
        clock.set_wall(DUE - 600.0)
        await clock.advance(120.0)
        clock.set_wall(DUE + 600.0)
        await clock.advance(120.0)
    async with sending(clock, box, remembering(told.drain_unsaved().digests[NAME])):
        await clock.advance(120.0)
    assert len(box.letters) == 1


async def test_of_periods_that_were_missed_only_the_last_is_sent() -> None:
    """The machine was off for a month."""
    clock, box, told = FakeClock(), Box(), remembering(DUE - 30 * DAY_S)
    async with sending(clock, box, told):
        await clock.advance(120.0)
    assert [letter.key for letter in box.letters] == [f"{DUE - DAY_S} {DUE}"]


async def test_what_a_receiver_does_not_take_is_sent_again() -> None:
    """The same letter, until it is taken; a receiver that breaks its promise is tried again too."""
    clock, told = FakeClock(), remembering(DUE - DAY_S)
    box = Box(answers=[Delivery.RETRY, Delivery.RETRY], is_broken=True)
    async with sending(clock, box, told):
        await clock.advance(10.0)
        assert told.digests[NAME] < DUE
        box.is_broken = False
        for _ in range(20):
            await clock.advance(10.0)
    assert len(box.letters) == 3
    assert len({letter.key for letter in box.letters}) == 1
    assert told.digests[NAME] == DUE


async def test_a_letter_that_is_refused_for_good_is_not_sent_again() -> None:
    """Nor one that some recipients took."""
    for answer in (Delivery.REJECTED, Delivery.PARTIAL):
        clock, box, told = FakeClock(), Box(answers=[answer]), remembering(DUE - DAY_S)
        async with sending(clock, box, told):
            await clock.advance(300.0)
        assert len(box.letters) == 1


async def test_a_clock_that_was_far_ahead_does_not_end_summaries() -> None:
    """What it left is forgotten, and the schedule begins anew."""
    clock, box, told = FakeClock(), Box(), remembering(DUE + 400 * DAY_S)
    async with sending(clock, box, told):
        await clock.advance(60.0)
        assert not box.letters
        clock.set_wall(DUE + DAY_S)
        await clock.advance(30.0)
    assert len(box.letters) == 1
