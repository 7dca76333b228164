from typing import Any

import pytest

from monitor.domain.fleet.factory_reset import FACTORY_RESET, signs_of_reset
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, reading, result, terminal
from tests.unit.domain.detectors.judging import summary

BEFORE: dict[str, Any] = {
    "serial_number": "N910-1",
    "firmware_version": "3.2.1",
    "app_version": "5.1.0",
    "uptime_seconds": 86_400,
    "registration": {"status": "registered"},
    "settled_at": "2026-11-20T14:05:00Z",
    "operator_password_changed_at": "2026-10-01T07:30:00Z",
    "boot_count": 214,
    "configuration_version": "2026.11.2",
}
RESTARTED = {"uptime_seconds": 40, "boot_count": 215}
LOST = {"status": "unregistered"}
EPOCH = "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("sentence", "changes"),
    [
        ("a restart", {}),
        ("the registration lost with a restart", {"registration": LOST}),
        ("a smaller boot count and nothing else: a new main board", {"boot_count": 1}),
        ("older settings loaded again", {"configuration_version": "2026.10.7"}),
        ("settings with a name", {"configuration_version": "default", "registration": LOST}),
        ("a password changed today", {"operator_password_changed_at": "2026-11-21T00:59:00Z"}),
        ("settled since", {"settled_at": "2026-11-21T00:59:00Z", "registration": {"status": "pending"}}),
        (
            "half of it not there yet after the start",
            {
                "settled_at": None,
                "operator_password_changed_at": None,
                "configuration_version": None,
                "registration": {"status": "pending"},
            },
        ),
        ("an update that signs off", {"firmware_version": "4.0", "registration": LOST}),
        (
            "an update with settings of its own, and signed off",
            {"firmware_version": "4.0", "registration": LOST, "configuration_version": "1"},
        ),
        ("an update that counts anew", {"app_version": "6", "registration": LOST, "boot_count": 1}),
        (
            "another device",
            {"serial_number": "N910-2", "boot_count": 1, "configuration_version": "1", "registration": LOST},
        ),
        ("no restart", {"uptime_seconds": 86_430, "boot_count": 1, "configuration_version": "1"}),
        ("an uptime that nobody knows", {"uptime_seconds": None, "boot_count": 1, "settled_at": EPOCH}),
    ],
)
def test_what_is_no_reset(sentence: str, changes: dict[str, Any]) -> None:
    """Ordinary life, repairs, updates, exchanged devices."""
    after = reading(**(BEFORE | RESTARTED | changes))
    assert signs_of_reset(reading(**BEFORE), after) == (), sentence


@pytest.mark.parametrize(
    ("sentence", "changes", "signs"),
    [
        (
            "counters and settings",
            {"boot_count": 0, "configuration_version": "1.0"},
            ("boot_count", "configuration_version"),
        ),
        (
            "counters and the registration",
            {"boot_count": 1, "registration": LOST},
            ("boot_count", "registration.status"),
        ),
        (
            "a clock of 1970 in what it remembers",
            {"settled_at": EPOCH, "operator_password_changed_at": EPOCH},
            ("settled_at", "operator_password_changed_at"),
        ),
        (
            "the serial number is not said yet",
            {"serial_number": None, "boot_count": 1, "configuration_version": "0"},
            ("boot_count", "configuration_version"),
        ),
        (
            "beside an update",
            {"firmware_version": "4.0", "boot_count": 1, "settled_at": EPOCH},
            ("boot_count", "settled_at"),
        ),
    ],
)
def test_what_is_a_reset(sentence: str, changes: dict[str, Any], signs: tuple[str, ...]) -> None:
    """Two things have begun again, one of which nothing but a reset brings about."""
    after = reading(**(BEFORE | RESTARTED | changes))
    assert signs_of_reset(reading(**BEFORE), after) == signs, sentence


def test_a_reset_is_told_at_once_and_stays_for_a_day() -> None:
    """The alert opens with the first heartbeat after it; the device record has it for longer."""
    scene = Scene([terminal()])
    scene.say(**BEFORE)
    scene.pass_(30)
    scene.accept(result(None, Outcome.TIMEOUT))
    scene.pass_(30)
    again = BEFORE | RESTARTED | {"boot_count": 1, "registration": LOST}
    scene.say(**again)
    key = ("FactoryReset", "10000001")
    assert key in scene.firing()
    assert [change.what for change in scene.watched().changes if change.what == FACTORY_RESET]
    told = "the terminal was reset to its factory state: boot_count, registration.status began again"
    assert summary("FactoryReset", scene.watched()) == told
    scene.pass_(86_399)
    scene.say(**(again | {"uptime_seconds": 86_439}))
    assert key in scene.firing()
    scene.pass_(1)
    scene.say(**(again | {"uptime_seconds": 86_440}))
    assert key not in scene.open()
