from monitor.domain.fleet.device_record import CHANGES_KEPT
from tests.scenes import Scene, terminal


def test_what_a_heartbeat_leaves_out_stays_known() -> None:
    """A serial number is known until another is reported."""
    scene = Scene([terminal()])
    scene.say(serial_number="S1", firmware_version="1.0", model="N910")
    scene.say(firmware_version="1.1")
    device = scene.watched()
    assert (device.serial_number, device.firmware_version, device.model) == ("S1", "1.1", "N910")
    assert [(change.what, change.before, change.after) for change in device.changes] == [
        ("firmware_version", "1.0", "1.1")
    ]


def test_the_inventory_names_the_model_first() -> None:
    """What the device calls itself counts only where the row says nothing."""
    scene = Scene([terminal(model="A920")])
    scene.say(model="N910")
    assert scene.watched().model == "A920"


def test_a_charge_of_nothing_is_none_without_a_battery() -> None:
    """Devices on mains report 0; one that once reported more has a battery that is empty."""
    scene = Scene([terminal()])
    scene.say(battery={"percent": 0})
    assert scene.watched().battery_percent is None
    scene.say(battery={"percent": 5})
    scene.say(battery={"percent": 0})
    assert scene.watched().battery_percent == 0


def test_the_device_record_is_bounded() -> None:
    """The last changes are kept, oldest first."""
    scene = Scene([terminal()])
    for number in range(CHANGES_KEPT + 5):
        scene.say(firmware_version=f"1.{number}")
    changes = scene.watched().changes
    assert len(changes) == CHANGES_KEPT
    assert changes[-1].after == f"1.{CHANGES_KEPT + 4}"
