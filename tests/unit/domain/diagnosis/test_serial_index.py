from monitor.domain.diagnosis.serial_index import SerialIndex
from monitor.domain.inventory.terminal import InventoryStatus
from tests.scenes import Scene, terminal


def test_the_other_row_of_a_serial_number_is_found() -> None:
    """Spares count, a terminal's own row does not."""
    scene = Scene([terminal(1, serial_number="N910-1")])
    scene.fleet.set_aside(terminal(2, serial_number="N910-2", status=InventoryStatus.SPARE))
    index = SerialIndex(scene.fleet)
    holder = index.other_holder("N910-2", "10000001", scene.now)
    assert holder is not None
    assert holder.terminal_id == "10000002"
    assert index.other_holder("N910-1", "10000001", scene.now) is None
    assert index.other_holder("N910-3", "10000001", scene.now) is None


def test_a_new_row_is_known_a_minute_later() -> None:
    """The index is built again at most once a minute, however often somebody asks."""
    scene = Scene([terminal(1)])
    index = SerialIndex(scene.fleet)
    assert index.other_holder("N910-2", "10000001", scene.now) is None
    scene.add(terminal(2, serial_number="N910-2"))
    assert index.other_holder("N910-2", "10000001", scene.now) is None
    scene.pass_(60)
    assert index.other_holder("N910-2", "10000001", scene.now) is not None
