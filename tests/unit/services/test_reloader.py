from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.errors import Fault, InvalidConfiguration, InvalidDocument, InvalidInventory
from monitor.domain.inventory.inventory import Inventory, InventoryChange, difference
from monitor.domain.polling.cadence import Cadence, Timetable
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.services.reloader import FAULTS_LOGGED, Reloader, ReloadPlan
from tests.fakes import FakeClock, FakeServiceManager, until
from tests.fleets import inventory_row
from tests.running import running


class Stage:
    """A reloader whose files say what the script says."""

    def __init__(self) -> None:
        self.count = 10
        self.read_error: InvalidDocument | None = None
        self.present = Inventory()
        self.applied = 0
        self.record = ReloadStatus()
        self.manager = FakeServiceManager()
        self.reloader = Reloader(
            read=self._read,
            apply=self._apply,
            present=lambda: self.present,
            record=self.record,
            clock=FakeClock(),
            manager=self.manager,
        )

    def _read(self, _present: Inventory) -> ReloadPlan:
        if self.read_error is not None:
            raise self.read_error
        return ReloadPlan(
            inventory=Inventory(inventory_row(number) for number in range(self.count)),
            rule_book=RuleBook(),
            timetable=Timetable(Cadence(interval_s=30.0, timeout_s=5.0)),
            max_shrink=0.2,
            source="inventory.csv",
        )

    async def _apply(self, plan: ReloadPlan) -> InventoryChange:
        change = difference(self.present, plan.inventory)
        self.present = plan.inventory
        self.applied += 1
        return change


async def test_a_good_plan_comes_into_force() -> None:
    """The change is returned and the record says when it succeeded."""
    stage = Stage()
    change = await stage.reloader.reload()
    assert len(change.added) == 10
    assert stage.record.successful
    assert stage.record.succeeded is not None


async def test_a_broken_configuration_changes_nothing_and_is_logged() -> None:
    """The old plan stays, the record says failed, each fault is one line of the log."""
    stage = Stage()
    await stage.reloader.reload()
    stage.read_error = InvalidConfiguration(
        [Fault(source="posmon.yaml", line=3, field="polling.interval", reason="not a duration")]
    )
    with capture_logs() as lines, pytest.raises(InvalidConfiguration):
        await stage.reloader.reload()
    assert len(stage.present) == 10
    assert not stage.record.successful
    assert [(line["event"], line["line"]) for line in lines] == [("reload.refused", 3)]


async def test_a_fault_in_every_row_does_not_fill_the_log() -> None:
    """Beyond the first faults there is one line that counts the rest."""
    stage = Stage()
    stage.read_error = InvalidInventory(
        [Fault(source="inventory.csv", line=number, reason="no") for number in range(1000)]
    )
    with capture_logs() as lines, pytest.raises(InvalidInventory):
        await stage.reloader.reload()
    assert len(lines) == FAULTS_LOGGED + 1
    assert lines[-1]["more"] == 1000 - FAULTS_LOGGED


async def test_a_shrunken_inventory_waits_for_confirmation() -> None:
    """Losing more than the allowed share is refused with the numbers, until it is confirmed."""
    stage = Stage()
    await stage.reloader.reload()
    stage.count = 7
    with pytest.raises(InvalidInventory, match=r"3 of the 10 .* confirm_shrink"):
        await stage.reloader.reload()
    assert len(stage.present) == 10
    await stage.reloader.reload(confirm_shrink=True)
    assert len(stage.present) == 7


async def test_a_signal_reloads_and_survives_a_refusal() -> None:
    """A refused request does not end the service: the next one is served."""
    stage = Stage()
    stage.read_error = InvalidConfiguration([Fault(source="posmon.yaml", reason="broken")])
    async with running(stage.reloader.run()):
        stage.reloader.request()
        await until(_attempted(stage))
        stage.read_error = None
        stage.reloader.request()
        await until(lambda: stage.applied == 1)
    assert stage.record.successful


async def test_who_asked_by_a_signal_is_on_record() -> None:
    """A reload by signal is in the audit log with how it ended."""
    stage = Stage()
    with capture_logs() as lines:
        async with running(stage.reloader.run()):
            stage.reloader.request()
            await until(lambda: lines[-1:] != [] and lines[-1]["event"] == "audit.reload")
            stage.read_error = InvalidConfiguration([Fault(source="posmon.yaml", reason="broken")])
            stage.reloader.request()
            await until(lambda: lines[-1]["event"] == "audit.reload" and len(lines) > 2)
    audit = [(line["who"], line["outcome"]) for line in lines if line["event"] == "audit.reload"]
    assert audit == [("signal", "done"), ("signal", "failed")]


def _attempted(stage: Stage) -> Callable[[], bool]:
    return lambda: stage.record.attempted is not None


async def test_the_service_manager_hears_of_every_turn() -> None:
    """Ready after the first inventory; each later reload begins and ends, also one that is refused."""
    stage = Stage()
    stage.read_error = InvalidConfiguration([Fault(source="posmon.yaml", reason="no")])
    with pytest.raises(InvalidConfiguration):
        await stage.reloader.reload()
    assert stage.manager.said == []
    stage.read_error = None
    await stage.reloader.reload()
    assert stage.manager.said == ["ready: watching 10 terminals"]
    stage.read_error = InvalidConfiguration([Fault(source="posmon.yaml", reason="no")])
    with pytest.raises(InvalidConfiguration):
        await stage.reloader.reload()
    refused = "ready: watching 10 terminals; the last reload was refused"
    assert stage.manager.said[1:] == ["reloading", refused]
