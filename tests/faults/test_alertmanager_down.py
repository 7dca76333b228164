import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock
from tests.fakes import FakeSink
from tests.faults.bad_receivers import KINDS, STATUSES, bad_receivers
from tests.faults.neighbourhood import neighbourhood
from tests.lasting_store import LastingStore
from tests.restarts import Run
from tests.scenes import terminal

HOUR_S = 3600.0
TERMINALS = 60
TAMPERED, SOUND = ({"pin_pad": {"status": status}} for status in ("tampered", "ok"))


class Alertmanager(FakeSink):
    """A receiver that is away until a moment; `knows` is its last word of each terminal's alert."""

    def __init__(self, name: str, *, back_at: float) -> None:
        super().__init__(name)
        self.back_at = back_at
        self.clock: Clock | None = None
        self.knows: dict[str, tuple[float, bool]] = {}

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Take a batch, or not."""
        if self.clock is None or self.clock.now().wall < self.back_at:
            return Delivery.RETRY
        for notice in notices:
            if "terminal_id" in notice.labels:
                self.knows[notice.labels["terminal_id"]] = (notice.starts_at, notice.resolved)
        return await super().send(notices)


@pytest.mark.parametrize("crashes", [0, 5])
async def test_an_hour_without_alertmanager_costs_no_alert(crashes: int) -> None:
    """Whatever fired, or fired and resolved, is delivered as that, though posmon crashed meanwhile."""
    chance = random.Random(7)
    store = LastingStore()
    rows = [terminal(number) for number in range(1, TERMINALS + 1)]
    run = await Run(store).start(rows)
    down, up = (Alertmanager(name, back_at=run.clock.now().wall + more) for name, more in _AWAY.items())
    wall = run.clock.now().wall
    for _ in range(crashes + 1):
        run = Run(store, down, up, wall=wall)
        down.clock = up.clock = run.clock
        await run.start(rows)
        for _ in range(20):
            for _ in range(8):
                run.hear(chance.randint(1, TERMINALS), **chance.choice((TAMPERED, SOUND)))
            await run.play(HOUR_S / 20 / (crashes + 1))
        wall = run.clock.now().wall
    assert down.knows == {}
    await run.play(120)
    last = {
        step.subject: (step.since.wall, step.state is AlertState.RESOLVED)
        for step in store.journal
        if step.state in (AlertState.FIRING, AlertState.RESOLVED) and step.subject != "/posmon"
    }
    assert len(last) > TERMINALS / 2
    assert {terminal_id: is_over for terminal_id, (_, is_over) in down.knows.items()} == {
        terminal_id: is_over for terminal_id, (_, is_over) in last.items()
    }
    assert {key: since for key, (since, _) in down.knows.items()} == pytest.approx(
        {key: since for key, (since, _) in last.items()}
    )
    assert run.notifier.outbox_entries == 0


_AWAY = {"down": HOUR_S, "up": 0.0}


HELD_UP_S = 5.0
"""Half of the time that posmon gives a receiver to answer."""
NOBODY_THERE = "http://127.0.0.1:1"
DETECTORS = {"TerminalTampered": {"for": "0s", "keep_firing_for": "0s"}}


async def test_each_receiver_is_told_the_truth_when_it_is_well_again(tmp_path: Path) -> None:
    """Down, hung, overloaded, broken: none delays another, and each hears of what came and went meanwhile."""
    async with bad_receivers() as bad:
        urls = [receiver.url for receiver in bad.receivers.values()]
        alerting = {"alertmanagers": [NOBODY_THERE, *urls]}
        async with neighbourhood(tmp_path, stricken=2, alerting=alerting, detectors=DETECTORS) as here:
            stays, passes = (("TerminalTampered", terminal_id) for terminal_id in here.stricken)
            for _, terminal_id in (stays, passes):
                here.fleet.set_fault(terminal_id, "tampered")

            async def is_told() -> bool:
                return all(bad.receivers["well"].last_word(key) is False for key in (stays, passes))

            async with asyncio.timeout(HELD_UP_S):
                await here.until(is_told, "the receiver that is well is told")

            async def are_tried() -> bool:
                return min(bad.attempts[kind] for kind in KINDS if kind != "well") >= 1

            await here.until(are_tried, "the others are tried")
            here.fleet.clear(passes[1])
            await here.posmon.until(lambda firing: passes not in firing, "it resolves")
            assert all(not bad.receivers[kind].told for kind in KINDS if kind != "well")
            await here.is_served()
            bad.well.set()

            async def is_over() -> bool:
                receivers = bad.receivers.values()
                return all(one.last_word(stays) is False and one.last_word(passes) for one in receivers)

            await here.until(is_over, {kind: one.told for kind, one in bad.receivers.items()})
            for receiver in bad.receivers.values():
                assert receiver.beginnings(passes) == bad.receivers["well"].beginnings(passes)
                assert len(receiver.beginnings(passes)) == 1
            assert await here.value("posmon_notifications_total", sink=NOBODY_THERE, result="retry") >= 2
            assert await here.value("posmon_outbox_entries") > 0
    assert STATUSES.keys() <= bad.attempts.keys()
