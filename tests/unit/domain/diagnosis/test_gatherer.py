from typing import Any

import pytest

from monitor.domain.diagnosis.case import Case
from monitor.domain.diagnosis.gatherer import Gatherer
from monitor.domain.diagnosis.id_shape import id_shape
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, reading, site, terminal

EMPTY_BATTERY = {"battery": {"percent": 3, "charging": False}}


def case_of(scene: Scene, alertname: str = "TerminalOffline", terminal_id: str = "10000001") -> Case:
    """Return what is known of one terminal."""
    gatherer = Gatherer(fleet=scene.fleet, book=scene.book, events=scene.event_tracker.queries)
    return gatherer.of_terminal(alertname, scene.watched(terminal_id), scene.now)


def dark(scene: Scene, *numbers: int, outcome: Outcome = Outcome.TIMEOUT) -> None:
    """Let these terminals fail until what can fire fires."""
    for _ in range(5):
        for number in numbers:
            scene.fail(f"{10_000_000 + number}", outcome)
        scene.wait(30)


def words(scene: Scene, alertname: str, subject: str = "10000001") -> dict[str, str]:
    """Return the annotations of an open alert."""
    return scene.open()[alertname, subject].annotations


def test_a_terminal_nobody_has_heard_of_is_a_case_of_nothing() -> None:
    """What is not known is left out, and nothing fails for it."""
    assert case_of(Scene([terminal()])) == Case(has_answered=False)


def test_a_case_holds_what_the_terminal_said() -> None:
    """Power, link, registration, firmware and age of the sign-in are taken from the last heartbeat."""
    scene = Scene([terminal()])
    scene.say(
        **EMPTY_BATTERY,
        network={"type": "wifi", "signal_dbm": -88},
        registration={"status": "suspended", "signed_in_at": rfc3339(scene.now.wall - 7200)},
        uptime_seconds=100,
        firmware_version="1.0",
        display={"status": "fault"},
        pin_pad={"status": "fault"},
        temperature_celsius=60,
        activity="sleeping",
    )
    scene.wait(50)
    case = case_of(scene)
    assert (case.is_hot, case.was_asleep) == (True, True)
    assert (case.battery_percent, case.is_charging, case.is_signal_weak) == (3, False, True)
    assert (case.registration, case.signed_in_ago_s, case.uptime_s) == ("suspended", 7250, 150)
    assert (case.firmware, case.component_faults, case.has_answered) == ("1.0", 2, True)


def test_a_case_holds_who_else_suffers() -> None:
    """Neighbours are the other terminals of the site: silent ones, and those with the same alert."""
    scene = Scene(site("mall", 5))
    for number in range(1, 6):
        scene.poll(f"{10_000_000 + number}", reading(f"{10_000_000 + number}"))
    dark(scene, 1, 2)
    case = case_of(scene)
    assert (case.neighbours, case.down_neighbours) == (4, 1)
    lost = {"registration": {"status": "suspended"}}
    for terminal_id in ("10000003", "10000004", "10000005"):
        scene.poll(terminal_id, reading(terminal_id, **lost))
    assert case_of(scene, "RegistrationLost", "10000003").troubled_neighbours == 2


def test_old_firmware_is_told_from_the_fleets() -> None:
    """The newest version that half of the model's terminals have reached is what is usual."""
    scene = Scene([terminal(number, model="N910") for number in range(1, 5)])
    for number in range(1, 5):
        version = "1.9" if number == 1 else "2.0"
        scene.poll(f"{10_000_000 + number}", reading(f"{10_000_000 + number}", firmware_version=version))
    case = case_of(scene)
    assert (case.firmware, case.usual_firmware, case.is_firmware_old) == ("1.9", "2.0", True)


def test_changes_are_those_of_a_day() -> None:
    """What changed longer ago explains nothing."""
    scene = Scene([terminal()])
    scene.say(firmware_version="1.0")
    scene.say(firmware_version="2.0")
    assert [change.what for change in case_of(scene).changes] == ["firmware_version"]
    scene.pass_(25 * 3600)
    assert case_of(scene).changes == ()


@pytest.mark.parametrize(
    ("status", "spare", "known"),
    [(InventoryStatus.SPARE, True, False), (InventoryStatus.IN_SERVICE, False, True)],
)
def test_a_new_serial_number_is_looked_up(status: InventoryStatus, *, spare: bool, known: bool) -> None:
    """A spare put to use is told from a device that belongs elsewhere."""
    other = terminal(2, serial_number="S2", status=status)
    scene = Scene([terminal(serial_number="S1")])
    if other.is_polled:
        scene.add(other)
    else:
        scene.fleet.set_aside(other)
    scene.say(serial_number="S2")
    case = case_of(scene, "TerminalIdMismatch")
    assert (case.is_spare_serial, case.is_serial_known) == (spare, known)


def test_what_another_hides_is_not_known() -> None:
    """While another terminal answers in its place, its own serial number and merchant are hearsay."""
    scene = Scene([terminal(serial_number="S1", merchant_id="M1")])
    scene.say(serial_number="S1", merchant_id="M1")
    scene.poll("10000001", reading("90000001", serial_number="S9"))
    case = case_of(scene, "TerminalIdMismatch")
    assert (case.claimed_id, case.given_serial, case.given_merchant) == ("90000001", "", "")
    assert words(scene, "TerminalIdMismatch")["cause"].startswith("evidence is thin: ")


def test_failures_before_the_silence_are_told_from_it() -> None:
    """A terminal that was steady until it went silent did not come and go."""
    scene = Scene([terminal()])
    for _ in range(10):
        scene.poll()
    for _ in range(5):
        scene.fail()
    assert case_of(scene).failed_polls_share == 0
    scene.poll()
    assert case_of(scene).failed_polls_share == pytest.approx(5 / 16)


@pytest.mark.parametrize(
    ("heartbeat", "outcome", "cause"),
    [
        (EMPTY_BATTERY, Outcome.TIMEOUT, "switched off or battery empty"),
        ({}, Outcome.REFUSED, "its application does not run or is broken"),
        ({"activity": "sleeping"}, Outcome.TIMEOUT, "it sleeps and does not wake"),
        ({}, Outcome.TLS, "certificates or TLS settings"),
        ({"network": {"type": "wifi", "signal_dbm": -90}}, Outcome.TIMEOUT, "the terminal's own link"),
    ],
)
def test_an_offline_terminal_has_its_cause(heartbeat: dict[str, Any], outcome: Outcome, cause: str) -> None:
    """How the polls end and what was known before decide which cause is named first."""
    scene = Scene(site("mall", 4))
    for number in range(2, 5):
        scene.poll(f"{10_000_000 + number}")
    scene.say(**heartbeat)
    dark(scene, 1, outcome=outcome)
    said = words(scene, "TerminalOffline")
    assert said["cause"].startswith((f"likely {cause} (", f"very likely {cause} ("))
    assert said["cause_zh"].startswith(("可能是", "很可能是"))
    assert "neighbours at the site: 3, 0 silent" in said["evidence"]


def test_a_dark_site_has_evidence_cause_and_contact() -> None:
    """The alert names some silent terminals with their links and who still answers."""
    scene = Scene(site("mall", 8, contact="shop@example.com"))
    for number in range(1, 9):
        link = "cellular" if number == 8 else "wifi"
        terminal_id = f"{10_000_000 + number}"
        scene.poll(terminal_id, reading(terminal_id, network={"type": link, "signal_dbm": -60}))
    dark(scene, *range(1, 8))
    said = words(scene, "SiteOffline", "/site/mall")
    assert said["evidence"] == (
        "10000001 (wifi): timeout; 10000002 (wifi): timeout; 10000003 (wifi): timeout; "
        "10000004 (wifi): timeout; 10000005 (wifi): timeout; and 2 more; still answering: 10000008"
    )
    assert said["cause"].startswith("very likely the site's line or router (")
    assert said["contact"] == "shop@example.com"


@pytest.mark.parametrize(
    ("dark_shops", "cause"), [(4, "an outage wider than the shop"), (1, "the site's line or router")]
)
def test_a_dark_region_is_not_the_shops_line(dark_shops: int, cause: str) -> None:
    """Where shops of one region go dark together, each says so; what is dark elsewhere does not count."""
    shops = [
        terminal(number, site=f"shop {number // 3}", region="north" if number < 12 else "south")
        for number in range(36)
    ]
    scene = Scene(shops)
    for row in shops:
        scene.poll(row.terminal_id, reading(row.terminal_id, network={"type": "wifi", "signal_dbm": -60}))
    elsewhere = range(30, 36)
    dark(scene, *range(3 * dark_shops), *elsewhere)
    said = words(scene, "SiteOffline", "/site/shop 0")
    assert said["cause"].startswith(f"very likely {cause} (")


def test_the_fleets_outage_is_cause_enough() -> None:
    """While all are out of reach nobody is asked why one of them is."""
    scene = Scene([terminal(number) for number in range(1, 7)])
    for number in range(1, 7):
        scene.poll(f"{10_000_000 + number}")
    dark(scene, *range(1, 7))
    assert ("FleetUnreachable", "/fleet") in scene.firing()
    assert "cause" not in words(scene, "TerminalOffline")


def test_the_fleets_outage_has_its_evidence() -> None:
    """How the polls end and which uplinks answer tell posmon's own link from the network beyond."""
    scene = Scene([terminal(number) for number in range(1, 7)])
    scene.probe(gateway=True, resolver=False)
    for number in range(1, 7):
        scene.poll(f"{10_000_000 + number}")
    for _ in range(5):
        for number in range(1, 7):
            scene.fail(f"{10_000_000 + number}", Outcome.DNS if number == 1 else Outcome.TIMEOUT)
        scene.wait(30)
    assert words(scene, "FleetUnreachable", "/fleet")["evidence"] == (
        "last polls: timeout x5, dns x1; uplinks: gateway answers, resolver does not answer"
    )


def test_alerts_that_say_it_all_have_no_cause() -> None:
    """No paper is no paper."""
    scene = Scene([terminal()], changes={"PaperOut": {"for_s": 0}})
    scene.say(printer={"status": "paper_out"})
    assert words(scene, "PaperOut").keys().isdisjoint({"cause", "cause_zh"})


def test_a_diagnosis_follows_what_becomes_known() -> None:
    """While the alert fires the cause is weighed anew: the neighbours have gone silent too."""
    scene = Scene(site("mall", 4))
    for number in range(1, 5):
        scene.poll(f"{10_000_000 + number}")
    dark(scene, 1)
    assert "own link" in words(scene, "TerminalOffline")["cause"]
    dark(scene, 1, 2, 3, 4)
    assert words(scene, "TerminalOffline")["cause"].startswith("very likely the site's line")


@pytest.mark.parametrize(
    ("terminal_id", "shape"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("00000000", "default"),
        ("99999999", "default"),
        ("12345678", "default"),
        ("a b", "garbled"),
        ("终端", "garbled"),
        ("10000001", ""),
        ("7", ""),
    ],
)
def test_the_shape_of_an_id(terminal_id: str, shape: str) -> None:
    """An id that no terminal should have is told by its looks."""
    assert id_shape(terminal_id) == shape
