"""What is remembered of a device, and what of that became another."""

from typing import Any

import pytest

from monitor.domain.fleet.device_record import CHANGES_KEPT, facts_said, said_by, said_in
from tests.scenes import Scene, reading, terminal

KNOWN: dict[str, Any] = {
    "serial_number": "S1",
    "firmware_version": "3.2.1",
    "app_version": "5.1.0",
    "model": "N910",
    "merchant_id": "898310148160568",
    "registration": {"status": "registered"},
}


def changed(scene: Scene) -> list[tuple[str, str, str]]:
    """Return the terminal's device record without its times."""
    return [(change.what, change.before, change.after) for change in scene.watched().changes]


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ({"serial_number": "S2"}, ("serial_number", "S1", "S2")),
        ({"firmware_version": "3.3.0"}, ("firmware_version", "3.2.1", "3.3.0")),
        ({"app_version": "6"}, ("app_version", "5.1.0", "6")),
        ({"model": "N950"}, ("model", "N910", "N950")),
        ({"merchant_id": "1"}, ("merchant_id", "898310148160568", "1")),
        ({"registration": {"status": "pending"}}, ("registration_status", "registered", "pending")),
    ],
)
def test_what_became_another_is_recorded(said: dict[str, object], change: tuple[str, str, str]) -> None:
    """With when, what it was and what it is."""
    scene = Scene([terminal()])
    scene.say(**KNOWN)
    scene.pass_(30)
    scene.say(**KNOWN | said)
    assert changed(scene) == [change]
    assert scene.watched().changes[0].at == scene.now


def test_what_is_first_said_or_left_out_is_no_change() -> None:
    """What a heartbeat leaves out is still known, and compared with when it is said again."""
    scene = Scene([terminal()])
    scene.say()
    scene.say(**KNOWN)
    scene.say()
    assert changed(scene) == []
    assert scene.watched().serial_number == "S1"
    scene.say(serial_number="S2")
    assert changed(scene) == [("serial_number", "S1", "S2")]


def test_another_sign_in_is_no_change() -> None:
    """A terminal signs in every day; only its standing is part of the record."""
    scene = Scene([terminal()])
    for day in ("20", "21"):
        signed_in = {"status": "registered", "signed_in_at": f"2026-11-{day}T00:10:00Z"}
        scene.say(**KNOWN | {"registration": signed_in})
    assert changed(scene) == []


def test_the_inventory_is_part_of_the_record() -> None:
    """Its endpoint without path and query, its dialect, and what it expects the device to say."""
    scene = Scene([terminal(endpoint="http://192.0.2.1:81/?key=k", serial_number="S1", merchant_id="A")])
    row = terminal(
        endpoint="http://192.0.2.2:81/?key=other", serial_number="S2", merchant_id="B", dialect="atm"
    )
    scene.change(row)
    assert changed(scene) == [
        ("endpoint", "192.0.2.1:81", "192.0.2.2:81"),
        ("dialect", "unionpay", "atm"),
        ("inventory.serial_number", "S1", "S2"),
        ("inventory.merchant_id", "A", "B"),
    ]
    scene.change(row)
    assert len(changed(scene)) == 4


def test_the_last_changes_are_kept() -> None:
    """A device that alternates does not grow."""
    scene = Scene([terminal()])
    for number in range(CHANGES_KEPT + 5):
        scene.say(serial_number=f"S{number}")
    assert len(changed(scene)) == CHANGES_KEPT
    assert changed(scene)[-1] == ("serial_number", f"S{CHANGES_KEPT + 3}", f"S{CHANGES_KEPT + 4}")


def test_facts_go_there_and_back() -> None:
    """What was learnt is the same after a restart, and a word that is none is unknown."""
    facts = facts_said(said_by(reading(**KNOWN)))
    assert facts_said(said_in(facts)) == facts
    assert facts["registration_status"] == "registered"
    assert said_in({"registration_status": "odd", "other": "x"}) == said_in({})
