import pytest

from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.fleet.health import EXPECTED_WHEN_CLOSED, Connectivity, Health, connectivity_of, health_of
from tests.fleets import make_closed_fleet
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


def test_a_terminal_of_a_closed_shop_is_well_unless_something_else_is_wrong() -> None:
    """That it is offline is expected; that it was tampered with is not."""
    living = make_closed_fleet(1)
    watched = living.watched("10000000")
    alerts = living.book.about("10000000").values()
    assert [alert.alertname for alert in alerts] == ["TerminalOffline"]
    assert health_of(watched, alerts, is_closed=True) is Health.OK
    assert health_of(watched, alerts) is Health.CRITICAL
    assert connectivity_of(watched) is Connectivity.OFFLINE
    living.hear("10000000", pin_pad={"status": "tampered"})
    living.make_offline("10000000")
    assert health_of(watched, living.book.about("10000000").values(), is_closed=True) is Health.CRITICAL


def test_a_terminal_never_heard_is_well_while_its_shop_is_closed() -> None:
    """After a restart at night nothing is known of it, and nothing is wrong."""
    scene = Scene([terminal()])
    scene.fail()
    assert health_of(scene.watched(), (), is_closed=True) is Health.OK


def test_what_is_expected_of_a_closed_shop_is_what_its_detectors_say() -> None:
    """The words of health are read by a command that is to start at once, and so they are written out."""
    rows = {row.alertname for row in DETECTORS if row.expected_when_closed and row.is_about(TERMINAL)}
    assert rows == EXPECTED_WHEN_CLOSED
