"""Runs of pipeline and notifier over one store: what the next one finds, and when it is saved."""

import asyncio

import pytest
from structlog.testing import capture_logs

from monitor.domain.alerts.alert import AlertState
from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.persistence.record import Record
from monitor.domain.persistence.record_builder import PORTION, RECORD_EVERY_S, SAVE_EVERY_S
from monitor.ports.alert_sink import Delivery
from tests.fakes import FakeSink, loop_settled
from tests.lasting_store import LastingStore, lives
from tests.restarts import Run
from tests.running import running
from tests.scenes import site, terminal

AWAY = [Delivery.RETRY] * 1000
PAPER_OUT = {"printer": {"status": "paper_out"}}
TAMPERED = {"pin_pad": {"status": "tampered"}}
FINE = {"printer": {"status": "ok"}, "pin_pad": {"status": "ok"}}


def heard(sink: FakeSink) -> list[tuple[str, bool]]:
    """Return what a receiver was told of terminals: alert name and whether it is over, in order."""
    return [
        (notice.labels["alertname"], notice.resolved)
        for batch in sink.batches
        for notice in batch
        if notice.labels["alertname"] != "Watchdog"
    ]


class SlowStore(LastingStore):
    """A store whose commits end when `gate` is open; those torn away from end nevertheless."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, record: Record) -> None:
        """Wait for the disk."""
        await self.gate.wait()
        await super().commit(record)


@pytest.mark.parametrize("in_order", [True, False])
async def test_a_restart_tells_nothing_new(in_order: bool) -> None:
    """After a stop or a crash the receiver hears of the same alert with the same beginning."""
    store, sink = LastingStore(), FakeSink("a")
    first = await Run(store, sink).start([terminal(1)])
    first.hear(1, **PAPER_OUT)
    await first.play(90)
    wall = await first.stop() if in_order else first.clock.now().wall
    second = await Run(store, sink, wall=wall + 3600).start([terminal(1)])
    await second.play(5)
    second.hear(1, **PAPER_OUT)
    await second.play(300)
    assert len(lives(store.journal)) == 1
    assert second.told == []
    starts = {n.starts_at for batch in sink.batches for n in batch if n.labels["alertname"] == "PaperOut"}
    assert len(starts) == 1
    second.hear(1, **FINE)
    await second.play(5)
    assert heard(sink)[-1] == ("PaperOut", True)


async def test_an_alert_fired_and_resolved_while_the_receiver_is_away_is_told_after_the_restart() -> None:
    """As over, with both times, to the receiver that missed it, and not again to the one that did not."""
    store, away, there = LastingStore(), FakeSink("away", *AWAY), FakeSink("there")
    first = await Run(store, away, there).start([terminal(1)])
    first.hear(1, **TAMPERED)
    await first.play(10)
    first.hear(1, **FINE)
    await first.play(10)
    assert heard(there)[-1] == ("TerminalTampered", True)
    back, again = FakeSink("away"), FakeSink("there")
    second = await Run(store, back, again, wall=first.clock.now().wall + 60).start([terminal(1)])
    await second.play(10)
    assert heard(back) == [("TerminalTampered", True)]
    assert heard(again) == []
    assert second.notifier.outbox_entries == 0


async def test_what_was_committed_and_not_yet_told_is_told_after_the_restart() -> None:
    """A crash between the commit and the first word of it."""
    store = SlowStore()
    first = await Run(store, FakeSink("a", *AWAY)).start([terminal(1)])
    first.hear(1, **TAMPERED)
    first.hear(1, **FINE)
    store.gate.clear()
    async with running(first.pipeline.run()):
        await first.clock.advance(1)
        store.gate.set()
    await loop_settled()
    sink = FakeSink("a")
    second = await Run(store, sink, wall=first.clock.now().wall).start([terminal(1)])
    await second.play(5)
    assert heard(sink) == [("TerminalTampered", True)]


async def test_a_commit_that_a_stop_tears_apart_is_not_made_twice() -> None:
    """The commit goes on by itself; the last one waits for it and tells what it held."""
    store = SlowStore()
    run = await Run(store, FakeSink("a")).start([terminal(1)])
    await run.play(1)
    store.gate.clear()
    run.hear(1, **TAMPERED)
    async with running(run.pipeline.run()):
        await run.clock.advance(1)
    store.gate.set()
    await run.stop()
    assert len(lives(store.journal)) == 1
    assert [step.alertname for step in run.told if step.alertname != "Watchdog"] == ["TerminalTampered"]


async def test_a_commit_that_ends_as_the_stop_comes_is_not_made_twice() -> None:
    """It is durable, and the cancelled task could not hear of that."""
    store = SlowStore()
    run = await Run(store, FakeSink("a")).start([terminal(1)])
    run.hear(1, **TAMPERED)
    store.gate.clear()
    committing = asyncio.ensure_future(run.pipeline.commit())
    for turn in range(20):
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
        if turn == 10:
            store.gate.set()
        if store.journal:
            committing.cancel()
    await asyncio.wait({committing})
    assert committing.cancelled()
    await run.stop()
    assert len(lives(store.journal)) == 1
    assert [step.alertname for step in run.told] == ["TerminalTampered"]


async def test_a_suppressed_alert_stays_untold_until_its_terminal_is_asked() -> None:
    """What suppressed it may be over and forgotten; whether it outlives that is seen by its next poll."""
    store = LastingStore()
    rows = [*site("far", 5), *site("near", 5, first=6)]
    first = await Run(store, FakeSink("a")).start(rows)
    for _ in range(4):
        first.lose(1, 2, 3, 4, 5)
        await first.play(30)
    first.hear(1)
    first.hear(2)
    await first.play(130)
    assert ("SiteOffline", AlertState.RESOLVED) in {(s.alertname, s.state) for s in first.told}
    assert {one.alert.alertname for one in first.middle.notifiable.alerts(first.clock.now())} == {"Watchdog"}
    sink = FakeSink("a")
    second = await Run(store, sink, wall=first.clock.now().wall + 60).start(rows)
    await second.play(60)
    assert ("TerminalOffline", False) not in heard(sink)
    second.hear(3)
    second.lose(4, 5)
    await second.play(60)
    assert heard(sink).count(("TerminalOffline", False)) >= 2
    told = [n for batch in sink.batches for n in batch if n.labels["alertname"] == "TerminalOffline"]
    assert {n.labels["terminal_id"] for n in told if not n.resolved} == {"10000004", "10000005"}


async def test_what_waits_for_a_receiver_that_is_configured_no_more_is_dropped() -> None:
    """With a line in the log, and out of the store at the next commit."""
    store = LastingStore()
    first = await Run(store, FakeSink("old", *AWAY)).start([terminal(1)])
    first.hear(1, **TAMPERED)
    await first.play(5)
    with capture_logs() as lines:
        second = await Run(store, FakeSink("new"), wall=first.clock.now().wall).start([terminal(1)])
    assert [(line["event"], line["sink"]) for line in lines] == [("notifier.receiver_gone", "old")]
    await second.play(5)
    remembered = await store.load(second.clock.now())
    assert remembered.outboxes["old"] == []
    assert len(remembered.outboxes["new"]) == 2


async def test_what_makes_no_transition_is_saved_once_a_second_at_most() -> None:
    """Outboxes and terminals; nothing is committed when there is nothing to save."""
    store = LastingStore()
    run = await Run(store, FakeSink("a")).start([terminal(1), terminal(2)])
    run.hear(1)
    await run.play(5)
    await run.stop()
    store.records.clear()
    await run.play(20)
    assert store.records == []
    for number in range(40):
        run.hear(1, serial_number=f"S{number % 2}")
        await run.play(0.5)
    assert 15 <= len(store.records) <= 20 / SAVE_EVERY_S + 1
    assert {memory.terminal_id for record in store.records for memory in record.terminals} == {"10000001"}


async def test_a_poll_that_changes_nothing_saves_nothing() -> None:
    """Nor does one that fails once more: its history is saved every ten seconds until it is uniform."""
    store = LastingStore()
    run = await Run(store).start([terminal(1), terminal(2)])
    for _ in range(30):
        run.hear(1)
        run.hear(2)
        await run.play(30)
    store.records.clear()
    for _ in range(5):
        run.hear(1)
        await run.play(30)
    assert not any(record.terminals for record in store.records)
    for _ in range(20):
        run.lose(2)
        await run.play(1)
    saved = [memory for record in store.records for memory in record.terminals]
    assert {memory.terminal_id for memory in saved} == {"10000002"}
    assert len(saved) <= 5
    assert saved[-1].failures >= 10


async def test_a_crash_costs_a_hold_a_minute_at_most() -> None:
    """Though nothing happens meanwhile, the store knows how long posmon has been running."""
    weak = {"network": {"type": "cellular", "signal_dbm": -115}}
    store = LastingStore()
    first = await Run(store).start([terminal(1)])
    first.hear(1, **weak)
    await first.play(590)
    second = await Run(store, wall=first.clock.now().wall + 3600).start([terminal(1)])
    second.hear(1, **weak)
    await second.play(5)
    assert not lives(store.journal)
    await second.play(RECORD_EVERY_S + 10)
    assert [name for name, _, _ in lives(store.journal)] == ["WeakSignal"]


async def test_a_stop_saves_when_everybody_was_last_heard() -> None:
    """Which is not saved poll by poll."""
    store = LastingStore()
    run = await Run(store).start([terminal(1)])
    run.hear(1)
    await run.play(600)
    run.hear(1)
    heard_at = run.clock.now().wall
    await run.play(10)
    wall = await run.stop()
    second = await Run(store, wall=wall + 60).start([terminal(1)])
    last_good = second.fleet["10000001"].last_good
    assert last_good is not None
    assert last_good.wall == heard_at


async def test_terminals_that_are_down_are_saved_with_the_alert_about_them() -> None:
    """In the same record, or one before: a site is never found out with nobody down."""
    store = LastingStore()
    run = await Run(store).start([*site("far", 5), *site("near", 5, first=6)])
    await run.play(5)
    store.records.clear()
    run.lose(1, 2, 3, 4, 5)
    await run.pipeline.commit()
    (record,) = store.records
    assert [step.transition.alertname for step in record.steps] == ["SiteOffline"]
    assert sum(memory.failures for memory in record.terminals) == 5


async def test_a_large_batch_has_its_outboxes_as_they_were_before_each_portion() -> None:
    """What was told of the portion before is saved with the next."""
    store = LastingStore()
    count = PORTION + 10
    run = await Run(store, FakeSink("a", *AWAY)).start(terminal(number) for number in range(1, count + 1))
    for number in range(1, count + 1):
        run.hear(number, **TAMPERED)
    await run.pipeline.commit()
    puts = [len(record.outboxes["a"].put) for record in store.records if record.steps]
    assert puts == [0, PORTION]


async def test_a_site_suspected_by_its_first_failure_is_asked_about() -> None:
    """The others of it, once in a while; a terminal without site has no others."""
    run = await Run(LastingStore()).start([*site("far", 4), terminal(9)])
    run.lose(1, 2, 9)
    assert run.rechecks.suspected == [["10000002", "10000003", "10000004"]]


async def test_the_end_of_an_outage_hastens_those_still_down() -> None:
    """They were asked seldom, and their own alerts are to be told now or to resolve."""
    run = await Run(LastingStore()).start([*site("far", 5), *site("near", 5, first=6)])
    for _ in range(4):
        run.lose(1, 2, 3, 4, 5)
        await run.play(30)
    run.hear(1)
    run.hear(2)
    run.rechecks.hastened.clear()
    await run.play(130)
    assert run.rechecks.hastened == [["10000003", "10000004", "10000005"]]


async def test_an_uplink_probe_that_comes_before_the_late_tick_knows_of_the_stall() -> None:
    """Half-way through a hold the process stops; the first to go on is the probe."""
    rows = [terminal(number, site=f"shop-{number}") for number in range(1, 11)]
    run = await Run(LastingStore()).start(rows)
    run.lose(*range(1, 7))
    async with running(run.pipeline.run()):
        run.pipeline.uplinks_probed({"uplink": False}, run.clock.now())
        await run.clock.advance(20)
        run.clock.turn(3600)
        run.pipeline.uplinks_probed({"uplink": False}, run.clock.now())
        await run.clock.advance(5)
    assert lives([step for step in run.told if step.alertname == "FleetUnreachable"]) == []


@pytest.mark.parametrize(
    ("in_order", "lasts", "rest"),
    [
        pytest.param(True, (35, 35, 35), 20, id="a stop costs nothing"),
        pytest.param(False, (90,), 92, id="a crash costs a minute at most"),
    ],
)
async def test_a_recovery_that_is_being_waited_out_is_not_waited_out_anew(
    *, in_order: bool, lasts: tuple[int, ...], rest: int
) -> None:
    """An outage resolves two minutes after its site came back, though posmon is started meanwhile."""
    store = LastingStore()
    rows = site("far", 5)
    run = await Run(store).start(rows)
    run.lose(1, 2, 3, 4, 5)
    await run.play(70)
    for number in range(1, 6):
        run.hear(number)
    for seconds in lasts:
        await run.play(seconds)
        wall = await run.stop() if in_order else run.clock.now().wall
        run = await Run(store, wall=wall + 600).start(rows)
    assert "SiteOffline" in {alert.alertname for alert in run.book}
    await run.play(rest)
    assert "SiteOffline" not in {alert.alertname for alert in run.book}


async def test_an_announced_end_is_not_announced_again_after_a_restart() -> None:
    """The silence and what it holds outlive the restart, and so does the announcement."""
    store, sink = LastingStore(), FakeSink("a")
    first = await Run(store, sink).start([terminal(1, site="mall")])
    first.hear(1, **PAPER_OUT)
    await first.play(90)
    board, wall = first.evaluation.suppression.on_call, first.clock.now().wall
    silence = Silence(
        id="s1",
        matcher=Matcher({"site": ("mall",)}),
        starts_at=wall,
        ends_at=wall + 1200,
        by="ann",
        comment="works",
    )
    board.add(silence, Author(name="ann", via=Via.CLI), wall, matched=1)
    first.hear(1, **PAPER_OUT)
    await first.play(930)
    assert heard(sink).count(("HoldEnding", False)) == 1
    wall = await first.stop()
    second = await Run(store, sink, wall=wall + 30).start([terminal(1, site="mall")])
    await second.play(5)
    second.hear(1, **PAPER_OUT)
    await second.play(60)
    assert [step.state for step in store.journal if step.alertname == "HoldEnding"] == [AlertState.FIRING]
    await second.play(240)
    assert ("HoldEnding", True) in heard(sink)
    await second.stop()
