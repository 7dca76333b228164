from typing import Any

import pytest

from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.notification.told import ToldLog
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.suppression.notifiable import NotifiableAlerts
from tests.fakes import START
from tests.scenes import Scene, reading, site, terminal
from tests.unit.domain.on_call.test_board import ANN, silence

TAMPERED: dict[str, Any] = {"pin_pad": {"status": "tampered"}}
KEY = "TerminalTampered", "10000001"


def believed(scene: Scene, uncommitted: UncommittedTransitions | None = None) -> NotifiableAlerts:
    """Return the alerts of a scene that receivers should believe."""
    held = uncommitted or UncommittedTransitions()
    return NotifiableAlerts(
        fleet=scene.fleet, book=scene.book, uncommitted=held, suppression=scene.evaluation.suppression
    )


def keys(notifiable: NotifiableAlerts) -> set[tuple[str, str]]:
    """Name them."""
    return {one.alert.key for one in notifiable.alerts(START)}


def test_only_firing_alerts_are_notified_of() -> None:
    """Paper that has just run out is pending."""
    scene = Scene([terminal()])
    scene.say(**TAMPERED, printer={"status": "paper_out"})
    assert scene.pending() == {("PaperOut", "10000001")}
    assert keys(believed(scene)) == {KEY}


def test_an_alert_is_not_notified_of_before_its_transition_is_durable() -> None:
    """A receiver must not know what a crash could take back."""
    scene, held = Scene([terminal()]), UncommittedTransitions()
    steps = scene.say(**TAMPERED)
    held.add(steps)
    notifiable = believed(scene, held)
    assert keys(notifiable) == set()
    held.committed(len(steps))
    assert keys(notifiable) == {KEY}


def test_a_suppressed_alert_is_not_notified_of() -> None:
    """The site's outage says what its terminals' alerts would."""
    scene = Scene(site("a", 3))
    for _ in range(4):
        for number in (1, 2, 3):
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)
    notifiable = believed(scene)
    assert ("TerminalOffline", "10000001") in scene.firing()
    assert ("TerminalOffline", "10000001") not in keys(notifiable)
    assert ("SiteOffline", "/site/a") in keys(notifiable)
    assert notifiable.is_suppressed(scene.open()["TerminalOffline", "10000001"], START)
    assert not notifiable.is_suppressed(scene.open()["SiteOffline", "/site/a"], START)


def test_alerts_of_a_terminal_in_maintenance_are_not_notified_of() -> None:
    """Somebody works on it."""
    scene = Scene([terminal(status=InventoryStatus.MAINTENANCE)])
    scene.say(**TAMPERED)
    assert KEY in scene.firing()
    assert keys(believed(scene)) == set()


def test_an_alert_suppressed_before_a_restart_waits_for_a_poll() -> None:
    """What suppressed it is not known yet; the first answer decides, whatever it is."""
    before = Scene([terminal()])
    before.say(**TAMPERED)
    scene = Scene([terminal()])
    scene.book.restore(before.open()[KEY])
    notifiable = believed(scene)
    notifiable.hold_back({KEY})
    assert keys(notifiable) == set()
    scene.poll()
    assert keys(notifiable) == {KEY}


def test_an_alert_of_a_terminal_that_only_pushes_waits_for_a_push() -> None:
    """No poll of it will ever come."""
    before = Scene([terminal(endpoint="")])
    before.say(**TAMPERED)
    scene = Scene([terminal(endpoint="")])
    scene.book.restore(before.open()[KEY])
    notifiable = believed(scene)
    notifiable.hold_back({KEY})
    assert keys(notifiable) == set()
    scene.watched().ingest(reading(**TAMPERED), scene.now, clock_skew_s=None)
    assert keys(notifiable) == {KEY}


def test_an_alert_about_no_terminal_is_not_held_back() -> None:
    """There is nothing to wait for."""
    before = Scene(site("a", 3))
    for _ in range(4):
        for number in (1, 2, 3):
            before.fail(f"{10_000_000 + number}")
        before.wait(30)
    scene = Scene(site("a", 3))
    key = "SiteOffline", "/site/a"
    scene.book.restore(before.open()[key])
    notifiable = believed(scene)
    notifiable.hold_back({key})
    assert keys(notifiable) == {key}


@pytest.mark.parametrize(
    ("alone", "hastened"), [(True, {"10000001"}), (False, {"10000001", "10000002", "10000003"})]
)
def test_who_is_down_is_polled_once_more_before_a_silence_ends(alone: bool, hastened: set[str]) -> None:
    """A terminal that is off for long is polled seldom, and may be on again; it is asked once."""
    scene, rechecks = Scene(site("a", 4 if alone else 3)), RecheckQueue()
    for _ in range(4):
        for number in (1,) if alone else (1, 2, 3):
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)
    suppression = scene.evaluation.suppression
    suppression.on_call.add(silence("s1", 600.0, site=("a",)), ANN, scene.now.wall, matched=1)
    notifiable = NotifiableAlerts(
        fleet=scene.fleet,
        book=scene.book,
        uncommitted=UncommittedTransitions(),
        suppression=suppression,
        rechecks=rechecks,
    )
    notifiable.alerts(START.ago(-530))
    assert rechecks.is_empty
    notifiable.alerts(START.ago(-541))
    assert {terminal.terminal_id for terminal in rechecks.drain().soon} == hastened
    notifiable.alerts(START.ago(-551))
    assert rechecks.is_empty


def test_what_is_held_back_is_noted_with_its_reason() -> None:
    """When it fires, and as long as the next looks find it held."""
    scene, told = Scene([terminal(status=InventoryStatus.MAINTENANCE)]), ToldLog()
    scene.say(**TAMPERED)
    notifiable = NotifiableAlerts(
        fleet=scene.fleet,
        book=scene.book,
        uncommitted=UncommittedTransitions(),
        suppression=scene.evaluation.suppression,
        told=told,
    )
    assert notifiable.is_suppressed(scene.open()[KEY], START)
    notifiable.alerts(START.ago(-10))
    (span,) = told.drain_unsaved().held
    assert (span.alertname, span.subject, span.reason, span.began, span.ended) == (
        *KEY,
        "status",
        START.wall,
        None,
    )
    scene.say(pin_pad={"status": "ok"})
    assert KEY not in scene.firing()
    notifiable.alerts(START.ago(-20))
    assert [span.ended for span in told.drain_unsaved().held] == [START.wall + 20]
