from copy import copy
from itertools import pairwise

from msgspec.structs import replace
from structlog.testing import capture_logs

from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from monitor.domain.persistence.record import Remembered
from monitor.domain.polling.cadence import Cadence, Timetable
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.discovery import KEPT_UNLISTED_S, Discoveries
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from monitor.services.roster import TURN_EVERY, Roster
from tests.fakes import FakeClock, FakeSchedule
from tests.fleets import LivingFleet, inventory_row

TIMETABLE = Timetable(Cadence(interval_s=30.0, timeout_s=5.0))


class Stage:
    """A roster over an empty living fleet."""

    def __init__(self) -> None:
        self.living = LivingFleet([])
        self.schedule = FakeSchedule()
        self.told: list[Transition] = []
        self.roster = Roster(
            membership=self.living.evaluation.membership,
            fleet=self.living.fleet,
            schedule=self.schedule,
            clock=self.living.clock,
            submit=self.told.extend,
        )

    async def apply(self, *terminals: Terminal, rules: RuleBook | None = None) -> None:
        """Take an inventory into force."""
        await self.roster.apply(Inventory(terminals), rule_book=rules or RuleBook(), timetable=TIMETABLE)


async def test_added_terminals_start_and_removed_ones_stop() -> None:
    """The fleet and the schedule follow the inventory."""
    stage = Stage()
    await stage.apply(inventory_row(1), inventory_row(2))
    await stage.apply(inventory_row(2), inventory_row(3))
    assert stage.schedule.added == ["10000001", "10000002", "10000003"]
    assert stage.schedule.removed == ["10000001"]
    assert {watched.terminal.terminal_id for watched in stage.living.fleet} == {"10000002", "10000003"}


async def test_a_changed_terminal_keeps_what_is_known_of_it() -> None:
    """Reading, history and open alerts survive a new row."""
    stage = Stage()
    await stage.apply(inventory_row(1))
    stage.living.hear("10000001", printer={"status": "paper_out"})
    stage.living.wait(61)
    before = stage.living.watched("10000001")
    since = stage.living.book.find("PaperOut", "10000001").since  # type: ignore[union-attr]
    await stage.apply(inventory_row(1, contact="+86 10 0000 0000"))
    after = stage.living.watched("10000001")
    alert = stage.living.book.find("PaperOut", "10000001")
    assert after is before
    assert after.terminal.contact
    assert after.reading is not None
    assert alert is not None
    assert alert.state is AlertState.FIRING
    assert alert.since == since
    assert not stage.told


async def test_a_new_label_gives_an_alert_a_new_identity() -> None:
    """The old identity resolves and the new one fires with the same beginning."""
    stage = Stage()
    await stage.apply(inventory_row(1))
    stage.living.hear("10000001", pin_pad={"status": "tampered"})
    await stage.apply(inventory_row(1, site="elsewhere"))
    steps = [(step.state, step.labels["site"]) for step in stage.told]
    assert steps == [(AlertState.RESOLVED, "shop-00"), (AlertState.FIRING, "elsewhere")]
    assert stage.told[0].since == stage.told[1].since


async def test_a_removed_terminal_resolves_its_alerts() -> None:
    """What nobody watches any more does not go on firing."""
    stage = Stage()
    await stage.apply(inventory_row(1), inventory_row(2))
    stage.living.hear("10000001", pin_pad={"status": "tampered"})
    await stage.apply(inventory_row(2))
    assert [(step.alertname, step.state) for step in stage.told] == [
        ("TerminalTampered", AlertState.RESOLVED)
    ]


async def test_spare_and_retired_terminals_are_counted_but_not_polled() -> None:
    """A terminal that becomes a spare stops; one that comes into service starts."""
    stage = Stage()
    await stage.apply(inventory_row(1), inventory_row(2, status=InventoryStatus.SPARE))
    assert stage.schedule.added == ["10000001"]
    await stage.apply(inventory_row(1, status=InventoryStatus.RETIRED), inventory_row(2))
    assert stage.schedule.added == ["10000001", "10000002"]
    assert stage.schedule.removed == ["10000001"]
    assert list(stage.living.fleet.unpolled) == ["10000001"]


async def test_new_thresholds_hold_at_once_for_everybody() -> None:
    """Rules of a new configuration replace the old ones without forgetting anything."""
    stage = Stage()
    await stage.apply(inventory_row(1))
    stage.living.hear("10000001", battery={"percent": 30, "charging": False})
    assert not stage.living.book.about("10000001")
    await stage.apply(inventory_row(1), rules=RuleBook({"BatteryLow": {"below": 50, "clear_at": 60}}))
    stage.living.hear("10000001", battery={"percent": 30, "charging": False})
    assert stage.living.book.find("BatteryLow", "10000001") is not None


async def test_a_disabled_detector_resolves_its_alerts() -> None:
    """An alert whose detector a reload has switched off does not go on firing."""
    stage = Stage()
    await stage.apply(inventory_row(1))
    stage.living.hear("10000001", pin_pad={"status": "tampered"})
    stage.living.wait(1)
    await stage.apply(
        inventory_row(1),
        rules=RuleBook({"TerminalTampered": {"enabled": False}, "Watchdog": {"enabled": False}}),
    )
    assert {(step.alertname, step.state) for step in stage.told} == {
        ("TerminalTampered", AlertState.RESOLVED),
        ("Watchdog", AlertState.RESOLVED),
    }


async def test_a_large_inventory_is_taken_in_portions() -> None:
    """More terminals than one portion all arrive, and unchanged ones are not started again."""
    stage = Stage()
    rows = [inventory_row(number) for number in range(1200)]
    await stage.apply(*rows)
    await stage.apply(*rows[:-1], replace(rows[-1], contact="someone"))
    assert len(stage.schedule.added) == len(stage.living.fleet) == 1200


async def test_who_only_pushes_is_kept_while_it_may() -> None:
    """Not asked and not lost at a reload; asked once it has an endpoint, and gone when it is a spare."""
    stage = Stage()
    pusher = replace(inventory_row(1), endpoint="")
    await stage.apply(pusher, inventory_row(2))
    fleet = stage.living.fleet
    assert fleet.get(pusher.terminal_id) is None
    stage.living.evaluation.membership.add(pusher, stage.living.clock.now())
    await stage.apply(pusher, inventory_row(2))
    assert fleet.get(pusher.terminal_id) is not None
    assert pusher.terminal_id not in stage.schedule.added
    await stage.apply(inventory_row(1), inventory_row(2))
    assert pusher.terminal_id in stage.schedule.added
    await stage.apply(pusher, inventory_row(2))
    assert fleet.get(pusher.terminal_id) is None
    stage.living.evaluation.membership.add(pusher, stage.living.clock.now())
    await stage.apply(replace(pusher, status=InventoryStatus.SPARE), inventory_row(2))
    assert fleet.get(pusher.terminal_id) is None


async def test_who_only_pushed_before_a_restart_is_watched_after_it() -> None:
    """Its alerts go on; one that never pushed waits for its first push."""
    stage = Stage()
    pusher, silent = (replace(inventory_row(number), endpoint="") for number in (1, 2))
    memory = TerminalMemory(terminal_id=pusher.terminal_id, first_seen=stage.living.clock.now())
    stage.living.evaluation.restore(Remembered(terminals=[memory]), memory.first_seen)
    await stage.apply(pusher, silent)
    assert stage.living.fleet.get(pusher.terminal_id) is not None
    assert stage.living.fleet.get(silent.terminal_id) is None
    assert stage.schedule.added == []


class Turns(FakeClock):
    """A clock that notes how much the schedule has been told whenever the others get a turn."""

    def __init__(self, schedule: FakeSchedule) -> None:
        super().__init__()
        self.told = [0]
        self._schedule = schedule

    async def sleep(self, seconds: float) -> None:
        """Note it."""
        noted = self._schedule
        self.told.append(len(noted.added) + len(noted.removed) + len(noted.changed))
        await super().sleep(seconds)


async def test_polls_have_their_turn_while_an_inventory_is_taken() -> None:
    """However many rows come, change or go, only so many do before others run."""
    stage = Stage()
    turns = Turns(stage.schedule)
    stage.roster = Roster(
        membership=stage.living.evaluation.membership,
        fleet=stage.living.fleet,
        schedule=stage.schedule,
        clock=turns,
        submit=stage.told.extend,
    )
    count = 4 * TURN_EVERY + 1
    rows = [inventory_row(number) for number in range(2 * count)]
    await stage.apply(*rows[:count])
    await stage.apply(*(replace(row, endpoint=f"{row.endpoint}/elsewhere") for row in rows[:count]))
    await stage.apply(*rows[count:])
    assert turns.told[-1] == 4 * count
    assert set(stage.schedule.among) == {count}
    assert max(later - before for before, later in pairwise(turns.told)) == TURN_EVERY


def tills(stage: Stage, *, discovers: bool = True) -> SourceBoard:
    """Give the fleet a source that was never asked."""
    board = SourceBoard(
        name="tills", kind="square", interval_s=60.0, stale_after_s=180.0, discovers=discovers
    )
    stage.living.fleet.sources["tills"] = board
    return board


async def listed(stage: Stage, board: SourceBoard, *terminals: str) -> None:
    """Let a source give its list, and the roster compare it."""
    now = stage.living.clock.now()
    board.begin_round(now)
    board.file([TerminalReport(name, Reading(terminal_id="")) for name in terminals], now)
    board.end_round(RoundResult(GOOD), now)
    await stage.roster.compare(board)


def watched_ids(stage: Stage) -> set[str]:
    """Return who is watched."""
    return {watched.terminal.terminal_id for watched in stage.living.fleet}


async def test_what_a_source_lists_alone_is_watched_and_polled() -> None:
    """Beside the inventory, once; without `discover` it is only counted."""
    for is_discovering in (True, False):
        stage = Stage()
        board = tills(stage, discovers=is_discovering)
        row = replace(inventory_row(1), endpoint="tills:T1")
        await stage.apply(row, replace(inventory_row(2), endpoint="tills:T9"))
        await listed(stage, board, "T1", "T2", "T3")
        await listed(stage, board, "T1", "T2", "T3")
        assert (board.not_in_inventory, board.not_listed) == (2, 1)
        new = ["T2", "T3"] if is_discovering else []
        assert stage.schedule.added == ["10000001", "10000002", *new]
        assert watched_ids(stage) == {"10000001", "10000002", *new}


async def test_a_reload_leaves_discovered_terminals_alone() -> None:
    """They get its rules, and their alerts go on."""
    stage = Stage()
    board = tills(stage)
    await stage.apply(inventory_row(1))
    await listed(stage, board, "T1")
    stage.living.hear("T1", pin_pad={"status": "tampered"})
    await stage.apply(inventory_row(1), inventory_row(2))
    assert not stage.told
    assert stage.living.book.find("TerminalTampered", "T1") is not None
    await stage.apply(inventory_row(1), rules=RuleBook({"TerminalTampered": {"enabled": False}}))
    assert [step.state for step in stage.told] == [AlertState.RESOLVED]


async def test_an_alert_goes_on_when_the_inventory_takes_a_terminal_over_or_gives_it_back() -> None:
    """As long as the id stays the same; another id is another terminal."""
    stage = Stage()
    board = tills(stage)
    await stage.apply(inventory_row(1))
    await listed(stage, board, "T1")
    stage.living.hear("T1", pin_pad={"status": "tampered"})
    row = Terminal(terminal_id="T1", endpoint="tills:T1")
    await stage.apply(inventory_row(1), row)
    await stage.apply(inventory_row(1))
    assert "T1" in stage.living.fleet.discovered
    assert not stage.told
    await stage.apply(inventory_row(1), replace(row, terminal_id="10000007"))
    assert watched_ids(stage) == {"10000001", "10000007"}
    assert [step.state for step in stage.told] == [AlertState.RESOLVED]


async def test_a_retired_row_ends_the_watching_of_a_listed_terminal() -> None:
    """So an operator says that a terminal of the source is not to be watched."""
    stage = Stage()
    board = tills(stage)
    await stage.apply()
    await listed(stage, board, "T1")
    await stage.apply(Terminal(terminal_id="T1", endpoint="tills:T1", status=InventoryStatus.RETIRED))
    await listed(stage, board, "T1")
    assert watched_ids(stage) == set()
    assert stage.schedule.removed == ["T1"]


async def test_discovered_terminals_are_in_force_when_restoration_ends() -> None:
    """A restart neither ends nor reopens their alerts, though the source was not asked yet."""
    before = Stage()
    board = tills(before)
    await before.apply(inventory_row(1))
    await listed(before, board, "T1")
    before.living.hear("T1", pin_pad={"status": "tampered"})
    now = before.living.clock.now()
    remembered = Remembered(
        terminals=[before.living.watched("T1").memory(now)],
        alerts=[copy(alert) for alert in before.living.book.about("T1").values()],
        discovered=[*filter(None, before.living.fleet.discovered.drain_unsaved().values())],
    )
    after = Stage()
    tills(after)
    after.living.evaluation.restore(remembered, now)
    after.living.fleet.discovered.restore(remembered.discovered)
    await after.apply(inventory_row(1))
    alert = after.living.book.find("TerminalTampered", "T1")
    assert alert is not None
    assert alert.state is AlertState.FIRING
    assert after.told == []
    assert watched_ids(after) == {"10000001", "T1"}


async def test_a_terminal_that_is_listed_no_more_goes_after_a_week() -> None:
    """Until then it is watched, and unknown."""
    stage = Stage()
    board = tills(stage)
    await stage.apply()
    await listed(stage, board, "T1", "T2")
    await listed(stage, board, "T2")
    assert board.look_up("T1", stage.living.clock.now()).outcome is Outcome.AWAITED
    assert watched_ids(stage) == {"T1", "T2"}
    stage.living.clock.turn(KEPT_UNLISTED_S + 1)
    await listed(stage, board, "T2")
    assert watched_ids(stage) == {"T2"}


async def test_a_source_that_lists_too_much_is_logged_once() -> None:
    """Posmon watches as many as it may."""
    stage = Stage()
    board = tills(stage)
    stage.living.fleet.discovered = Discoveries(most=3)
    with capture_logs() as lines:
        for _ in range(2):
            await listed(stage, board, *"abcde")
    assert len(watched_ids(stage)) == 3
    assert [line["event"] for line in lines] == ["discovery.full"]
