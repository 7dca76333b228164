import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.evaluation.recheck import RECHECK_EVERY_S
from monitor.domain.persistence.dirty_terminals import TERMINALS_PORTION
from monitor.domain.persistence.record import Record
from monitor.domain.persistence.record_builder import PORTION
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.services.pipeline import TICK_S
from tests.fakes import START, MemoryStore, loop_settled
from tests.fleets import LivingFleet, inventory_row, make_fleet
from tests.middle import Middle
from tests.running import running
from tests.unit.domain.on_call.test_board import ANN, silence

FAILED = PollResult(Outcome.TIMEOUT, 5.0, None, "no answer within 5 s")


class GatedStore(MemoryStore):
    """A store that commits only while `gate` is open, or fails once told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: OSError | None = None

    async def commit(self, record: Record) -> None:
        """Wait for the gate, then append or fail."""
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        await super().commit(record)


class Stage:
    """A pipeline over a living fleet; `told` is what receivers should hear, `hastened` who is asked soon."""

    def __init__(self, living: LivingFleet, store: MemoryStore | None = None) -> None:
        self.living = living
        self.store = GatedStore()
        self.told: list[tuple[str, str, AlertState]] = []
        self.hastened = living.rechecks.hastened
        self.middle = Middle(
            fleet=living.fleet,
            book=living.book,
            evaluation=living.evaluation,
            store=store or self.store,
            clock=living.clock,
            trend=living.trend,
            tell=self._tell,
        )
        self.pipeline = self.middle.pipeline

    def take(self, number: int, result: PollResult = FAILED) -> None:
        """Let the result of one poll arrive."""
        watched = self.living.watched(str(10_000_000 + number))
        self.pipeline.accept(watched, result, self.living.clock.now())

    def hear(self, number: int, **document: object) -> None:
        """Let a terminal answer."""
        watched = self.living.watched(str(10_000_000 + number))
        reading = self.living.reading(watched.terminal.terminal_id, **document)
        self.take(number, PollResult(Outcome.OK, 0.01, reading))

    async def pass_time(self, seconds: float) -> None:
        """Run the pipeline for a while."""
        async with running(self.pipeline.run()):
            await self.living.clock.advance(seconds)

    def tellable(self) -> set[str]:
        """Return the names of the alerts that receivers should believe."""
        found = self.middle.notifiable.alerts(self.living.clock.now())
        return {one.alert.alertname for one in found} - {"Watchdog"}

    def _tell(self, transitions: Sequence[Transition]) -> None:
        self.told += [
            (step.alertname, step.subject, step.state) for step in transitions if step.alertname != "Watchdog"
        ]


async def test_an_alert_is_told_after_its_transition_is_committed() -> None:
    """While the store has not committed, neither `tell` nor `tellable` knows of a firing alert."""
    stage = Stage(make_fleet(1))
    stage.store.gate.clear()
    stage.hear(0, pin_pad={"status": "tampered"})
    async with running(stage.pipeline.run()):
        await stage.living.clock.advance(2 * TICK_S)
        assert stage.living.book.find("TerminalTampered", "10000000")
        assert not stage.told
        assert not stage.tellable()
        stage.store.gate.set()
        await stage.living.clock.advance(2 * TICK_S)
    assert stage.told == [("TerminalTampered", "10000000", AlertState.FIRING)]
    assert stage.tellable() == {"TerminalTampered"}
    assert [step.alertname for step in stage.store.journal if step.subject == "10000000"] == [
        "TerminalTampered"
    ]


async def test_what_could_not_be_committed_is_kept() -> None:
    """A failing store loses no transition: the next commit makes it durable and tells it."""
    stage = Stage(make_fleet(1))
    stage.store.error = OSError("disk full")
    stage.hear(0, pin_pad={"status": "tampered"})
    with pytest.raises(OSError, match="disk full"):
        await stage.pipeline.commit()
    assert not stage.told
    stage.store.error = None
    await stage.pipeline.commit()
    assert stage.told == [("TerminalTampered", "10000000", AlertState.FIRING)]


async def test_pending_alerts_are_committed_but_not_told() -> None:
    """A pending alert is in the journal and nowhere else."""
    stage = Stage(make_fleet(1))
    stage.hear(0, printer={"status": "paper_out"})
    await stage.pass_time(1.0)
    assert ("PaperOut", AlertState.PENDING) in {(s.alertname, s.state) for s in stage.store.journal}
    assert not stage.told


async def test_an_alert_fires_when_its_hold_has_elapsed_without_another_poll() -> None:
    """Time alone confirms a condition while the terminal is online."""
    stage = Stage(make_fleet(1))
    stage.hear(0, printer={"status": "paper_out"})
    await stage.pass_time(59.0)
    assert not stage.told
    await stage.pass_time(2.0)
    assert stage.told == [("PaperOut", "10000000", AlertState.FIRING)]


async def test_nothing_fires_for_time_in_which_posmon_stood_still() -> None:
    """Half-way through a hold the process stops for a minute: the other half is still to come."""
    stage = Stage(make_fleet(1))
    stage.take(0)
    stage.take(0)
    async with running(stage.pipeline.run()):
        await stage.living.clock.advance(45.0)
        with capture_logs() as lines:
            stage.living.clock.turn(60.0)
            await loop_settled()
        await stage.living.clock.advance(40.0)
        assert not stage.told
        await stage.living.clock.advance(10.0)
    assert stage.told == [("TerminalOffline", "10000000", AlertState.FIRING)]
    assert [line["event"] for line in lines] == ["daemon.stalled"]


async def test_a_poll_that_comes_before_the_late_tick_knows_of_the_stall() -> None:
    """The results that wait for a process to go on are read before its timers."""
    stage = Stage(make_fleet(1))
    stage.hear(0)
    async with running(stage.pipeline.run()):
        await stage.living.clock.advance(30.0)
        stage.living.clock.turn(70.0)
        stage.take(0)
        stage.take(0)
        await stage.living.clock.advance(1.0)
    assert not stage.told


async def test_a_suppressed_alert_is_not_told_and_not_tellable() -> None:
    """A site's outage is told; its terminals' own outages are not, though they fire."""
    stage = Stage(make_fleet(5, *(inventory_row(number, site="far") for number in range(10, 20))))
    for _ in range(4):
        for number in range(5):
            stage.take(number)
        await stage.pass_time(30.0)
    firing = {alert.alertname for alert in stage.living.book if alert.state is AlertState.FIRING}
    assert firing == {"SiteOffline", "TerminalOffline", "Watchdog"}
    assert {name for name, _, _ in stage.told} == {"SiteOffline"}
    assert stage.tellable() == {"SiteOffline"}


async def test_a_failing_terminal_is_logged_once_on_failure_and_once_on_recovery() -> None:
    """However many polls fail in between, there are two lines."""
    stage = Stage(make_fleet(1))
    with capture_logs() as lines:
        for _ in range(5):
            stage.take(0)
        for _ in range(3):
            stage.hear(0)
    events = [line["event"] for line in lines]
    assert events == ["poll.failed", "poll.recovered"]
    assert lines[0]["terminal_id"] == "10000000"
    assert lines[0]["result"] == "timeout"


async def test_firing_and_resolving_are_logged() -> None:
    """Each alert that fires or resolves is one event with its labels."""
    stage = Stage(make_fleet(1))
    with capture_logs() as lines:
        stage.hear(0, pin_pad={"status": "tampered"})
        await stage.pipeline.commit()
        stage.hear(0, pin_pad={"status": "ok"})
        await stage.pipeline.commit()
    assert [line["event"] for line in lines] == ["alert.fired", "alert.resolved"]
    assert lines[0]["alertname"] == "TerminalTampered"
    assert lines[0]["terminal_id"] == "10000000"


async def test_the_first_to_return_has_the_rest_of_its_site_asked_soon() -> None:
    """Recovery in a site's outage hastens those still down, at most every few seconds."""
    stage = Stage(make_fleet(5, *(inventory_row(number, site="far") for number in range(10, 20))))
    for number in range(5):
        stage.take(number)
    await stage.pass_time(61.0)
    stage.hear(0)
    stage.hear(1)
    assert stage.hastened == [["10000001", "10000002", "10000003", "10000004"]]
    await stage.pass_time(RECHECK_EVERY_S)
    stage.hear(2)
    assert stage.hastened[1:] == [["10000003", "10000004"]]


async def test_one_terminal_that_returns_by_itself_hastens_nobody() -> None:
    """Without a larger outage there is nobody to hasten."""
    stage = Stage(make_fleet(5))
    stage.take(0)
    stage.hear(0)
    assert not stage.hastened


async def test_the_watchdog_is_no_warning() -> None:
    """What fires as a matter of course is logged as information."""
    stage = Stage(make_fleet(1))
    with capture_logs() as lines:
        await stage.pass_time(1.0)
    assert [(line["event"], line["alertname"], line["log_level"]) for line in lines] == [
        ("alert.fired", "Watchdog", "info")
    ]


async def test_what_a_larger_outage_explains_is_no_warning() -> None:
    """The log warns of a dark site once, and has its terminals as information."""
    stage = Stage(make_fleet(5, *(inventory_row(number, site="far") for number in range(10, 20))))
    for number in range(10, 20):
        stage.hear(number)
    with capture_logs() as lines:
        for _ in range(4):
            for number in range(5):
                stage.take(number)
            await stage.pass_time(40.0)
    fired = {(line["alertname"], line["log_level"]) for line in lines if line["event"] == "alert.fired"}
    assert fired == {("SiteOffline", "warning"), ("TerminalOffline", "info"), ("Watchdog", "info")}


async def test_what_is_waited_for_is_durable() -> None:
    """Whoever waits goes on when the store has it, not before."""
    stage = Stage(make_fleet(1))
    board = stage.living.evaluation.suppression.on_call
    async with running(stage.pipeline.run()):
        await stage.living.clock.advance(1.0)
        stage.store.gate.clear()
        made = silence("s1", site=("mall",))
        board.add(made, ANN, START.wall, matched=0)
        waiting = asyncio.ensure_future(stage.pipeline.saved())
        await stage.living.clock.advance(1.0)
        assert not waiting.done()
        stage.store.gate.set()
        await stage.living.clock.advance(1.0)
        assert waiting.done()
    saved = [rule for record in stage.store.records for rule in record.on_call.rules]
    assert saved == [made]


async def test_nothing_to_save_keeps_nobody_waiting() -> None:
    """All is durable already."""
    stage = Stage(make_fleet(1))
    async with running(stage.pipeline.run()):
        await stage.living.clock.advance(1.0)
        waiting = asyncio.ensure_future(stage.pipeline.saved())
        await stage.living.clock.advance(1.0)
        assert waiting.done()


async def test_the_trend_is_saved() -> None:
    """A sample is made durable as anything else is, once."""
    stage = Stage(make_fleet(1))
    sample = Sample(at=START.wall, ok=1, warning=0, critical=0, unknown=0, offline=0, firing=0)
    stage.living.trend.add(sample)
    await stage.pipeline.commit()
    await stage.pipeline.commit(at_once=True)
    assert [one for record in stage.store.records for one in record.samples] == [sample]


class SlowStore(MemoryStore):
    """A store in which every commit takes a while."""

    def __init__(self, living: LivingFleet) -> None:
        super().__init__()
        self._clock = living.clock

    async def commit(self, record: Record) -> None:
        """Take it."""
        self._clock.turn(0.6 * TICK_S)
        await super().commit(record)


async def test_rules_see_time_pass_while_a_whole_fleet_is_saved() -> None:
    """A new inventory makes everybody unsaved; what is not written in time waits, but for transitions."""
    living = make_fleet(4 * TERMINALS_PORTION)
    store = SlowStore(living)
    stage = Stage(living, store)
    await stage.pipeline.commit(within_s=TICK_S)
    assert [len(record.terminals) for record in store.records] == 2 * [TERMINALS_PORTION]
    for number in range(2 * PORTION + 1):
        stage.hear(number, pin_pad={"status": "tampered"})
    await stage.pipeline.commit(within_s=TICK_S)
    assert len(stage.told) == 2 * PORTION + 1
    await stage.pipeline.commit()
    assert sum(len(record.terminals) for record in store.records) >= len(living.fleet)
