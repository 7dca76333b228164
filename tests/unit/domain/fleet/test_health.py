import pytest

from monitor.domain.fleet.health import Connectivity, Health, connectivity_of, health_of
from tests.scenes import Scene, terminal

OUT = {"printer": {"status": "paper_out"}}
LOW = {"printer": {"status": "paper_low"}}
WELL = {"printer": {"status": "ok"}}


def health(scene: Scene) -> Health:
    """Return the health of terminal 10000001."""
    return health_of(scene.watched(), scene.book.about("10000001").values())


def test_a_terminal_never_heard_is_unknown() -> None:
    """Before the first good heartbeat nothing good or bad is known."""
    scene = Scene([terminal()])
    assert health(scene) is Health.UNKNOWN
    assert connectivity_of(scene.watched()) is Connectivity.UNKNOWN
    scene.fail()
    assert health(scene) is Health.UNKNOWN
    assert connectivity_of(scene.watched()) is Connectivity.OFFLINE
    scene.poll()
    assert health(scene) is Health.OK
    assert connectivity_of(scene.watched()) is Connectivity.ONLINE


def test_only_what_fires_counts() -> None:
    """A suspicion does not make a terminal ill; what is confirmed does, the worst of it."""
    scene = Scene([terminal()])
    scene.say(**LOW)
    assert health(scene) is Health.OK
    scene.wait(300)
    assert health(scene) is Health.WARNING
    scene.say(**OUT, battery={"percent": 15})
    scene.wait(301)
    assert health(scene) is Health.CRITICAL
    scene.say(**WELL, battery={"percent": 15})
    assert health(scene) is Health.WARNING
    scene.say(**WELL, battery={"percent": 90})
    assert health(scene) is Health.OK


def test_information_is_no_illness() -> None:
    """An alert of severity info leaves the terminal well."""
    scene = Scene([terminal()], changes={"FirmwareOutdated": {"minimum": "2", "for_s": 0.0}})
    scene.say(firmware_version="1")
    assert scene.firing() == {("FirmwareOutdated", "10000001")}
    assert health(scene) is Health.OK


@pytest.mark.parametrize("status", ["maintenance"])
def test_what_is_being_repaired_is_expected_to_look_ill(status: str) -> None:
    """Only terminals in service are judged by their alerts."""
    scene = Scene([terminal(status=status)])
    scene.say(pin_pad={"status": "tampered"})
    assert scene.firing() == {("TerminalTampered", "10000001")}
    assert health(scene) is Health.OK


def test_a_terminal_that_never_answered_is_critical_once_that_is_confirmed() -> None:
    """What is known by its silence is known."""
    scene = Scene([terminal()])
    for _ in range(4):
        scene.fail()
        scene.wait(30)
    assert health(scene) is Health.CRITICAL
