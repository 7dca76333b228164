"""What a source's list of devices that have moved comes to, from the list to the alert."""

from msgspec.structs import replace

from monitor.domain.evaluation.device_replacements import DeviceReplacements
from monitor.domain.fleet.device_record import CHANGES_KEPT, MOVED, REPLACED
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from monitor.domain.sources.serial_holders import SerialHolders
from tests.fleets import LivingFleet, inventory_row

ROWS = [
    replace(inventory_row(1), endpoint="tills:A", serial_number="S1"),
    replace(inventory_row(2), endpoint="tills:B", serial_number="S2"),
]
FIRST, SECOND = (row.terminal_id for row in ROWS)


class Scene:
    """Two terminals of one source."""

    def __init__(self) -> None:
        self.living = LivingFleet(ROWS)
        self.board = SourceBoard(name="tills", kind="square", interval_s=60.0, stale_after_s=180.0)
        self.board.serials = SerialHolders()
        self.living.fleet.sources["tills"] = self.board
        membership = self.living.evaluation.membership
        self.replacements = DeviceReplacements(fleet=self.living.fleet, membership=membership)

    def file(self, **serials: str) -> None:
        """Let a list arrive, which has these serial numbers by the source's ids."""
        now = self.living.clock.now()
        self.board.begin_round(now)
        reports = [
            TerminalReport(name, Reading(terminal_id="", serial_number=one)) for name, one in serials.items()
        ]
        self.board.file(reports, now)
        self.board.end_round(RoundResult(GOOD), now)

    def compare(self) -> None:
        """Compare the list with what was known."""
        now = self.living.clock.now()
        self.replacements.begin(self.board)
        self.replacements.see(self.board, list(self.board), now)
        self.replacements.end(self.board, ROWS, now)

    def poll(self) -> set[tuple[str, str]]:
        """Poll both; return the open alerts by name and terminal."""
        now = self.living.clock.now()
        for row in ROWS:
            result: PollResult = self.board.look_up(row.endpoint.partition(":")[2], now)
            self.living.evaluation.accept(self.living.watched(row.terminal_id), result, now)
        return {(alert.alertname, alert.subject) for alert in self.living.book}

    def listed(self, **serials: str) -> set[tuple[str, str]]:
        """Let a list arrive, compare it and poll; also in between, where nothing may come of it."""
        self.living.clock.turn(60.0)
        self.file(**serials)
        between = self.poll()
        self.compare()
        after = self.poll()
        assert between <= after
        return after

    def record(self, terminal_id: str) -> list[tuple[str, str, str]]:
        """Return the device record of a terminal, without times."""
        watched = self.living.watched(terminal_id)
        return [(change.what, change.before, change.after) for change in watched.changes]


def test_a_swap_is_written_down_and_is_no_mismatch() -> None:
    """Each record has both serial numbers and both ids; the serial number also changes."""
    scene = Scene()
    assert not scene.listed(A="S1", B="S2")
    assert not scene.listed(A="S2", B="S1")
    assert scene.record(SECOND) == [
        (MOVED, "A", "B"),
        (REPLACED, "S2", "S1"),
        ("serial_number", "S2", "S1"),
    ]
    assert not scene.listed(A="S2", B="S1")
    assert len(scene.record(SECOND)) == 3


def test_a_serial_number_that_comes_from_nowhere_is_a_mismatch() -> None:
    """The source has never listed it elsewhere: it may be another's terminal."""
    scene = Scene()
    scene.listed(A="S1", B="S2")
    assert scene.listed(A="S1", B="S9") == {("TerminalIdMismatch", SECOND)}


def test_a_serial_number_that_is_listed_twice_is_a_remark() -> None:
    """It replaces nothing, and is withheld from the second terminal, until it is listed once."""
    scene = Scene()
    scene.listed(A="S1", B="S2")
    assert not scene.listed(A="S1", B="S1")
    assert not scene.record(SECOND)
    assert scene.board.detail == "1 serial numbers are listed more than once"
    assert scene.listed(B="S1") == {("TerminalOffline", FIRST)}
    assert (REPLACED, "S2", "S1") in scene.record(SECOND)
    assert scene.board.detail == ""


def test_a_restart_forgets_neither_the_places_nor_the_replacement() -> None:
    """What the earlier run has learnt of the terminals is enough."""
    before = Scene()
    before.listed(A="S1", B="S2")
    after = restarted(before)
    assert not after.listed(A="S2", B="S1")
    assert (REPLACED, "S2", "S1") in after.record(SECOND)
    again = restarted(after)
    assert not again.listed(A="S2", B="S1")
    assert again.record(SECOND).count((REPLACED, "S2", "S1")) == 1


def restarted(before: Scene) -> Scene:
    """Return a new scene whose terminals remember what the old ones did."""
    after = Scene()
    for row in ROWS:
        memory = before.living.watched(row.terminal_id).memory(before.living.clock.now())
        after.living.watched(row.terminal_id).recall(memory, after.living.clock.now())
    after.replacements.recall(ROWS)
    return after


def test_a_replacement_is_not_pushed_out_of_a_full_record() -> None:
    """It excuses the serial number for as long as the inventory has the old one."""
    scene = Scene()
    scene.listed(A="S1", B="S2")
    scene.listed(A="S2", B="S1")
    now = scene.living.clock.turn(60.0)
    for number in range(2 * CHANGES_KEPT):
        reading = Reading(terminal_id="", serial_number="S1", firmware_version=str(number))
        scene.living.evaluation.accept(
            scene.living.watched(SECOND), PollResult(Outcome.OK, 0.0, reading), now
        )
    assert len(scene.record(SECOND)) == CHANGES_KEPT
    assert scene.record(SECOND)[0] == (REPLACED, "S2", "S1")
    assert not scene.poll()


def test_terminals_of_no_source_are_of_no_interest() -> None:
    """Neither is a terminal that is not watched."""
    scene = Scene()
    scene.replacements.recall([inventory_row(7), Terminal(terminal_id="8", endpoint="tills:C")])
    scene.file(A="S1", C="S2")
    scene.compare()
    scene.file(A="S1", D="S2")
    scene.compare()
    assert not scene.record(FIRST)
