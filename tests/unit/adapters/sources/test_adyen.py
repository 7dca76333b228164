"""What Adyen's inventory and a diagnosis make together; hostile values are in test_reports."""

from typing import Any

import pytest

from monitor.adapters.sources.adyen import report_of_terminal
from monitor.adapters.sources.nexo_diagnosis import NexoAnswer
from monitor.domain.heartbeat.reading import RegistrationStatus

ITEM: dict[str, Any] = {
    "model": "S1E",
    "serialNumber": "000-111-222",
    "firmwareVersion": "Maker_OS 1.2.3",
    "status": "boarded",
    "merchantId": "Cafe",
    "lastActivityAt": "2026-11-30T17:00:00+01:00",
}
AT = 1_796_054_400.0
TERMINAL = "S1E-000111222"


def test_a_connected_terminal_is_as_fresh_as_the_list() -> None:
    """One that is not was last active when Adyen says."""
    online = report_of_terminal(TERMINAL, ITEM, NexoAnswer(), AT + 60)
    offline = report_of_terminal(TERMINAL, ITEM, NexoAnswer(), None)
    away = report_of_terminal(TERMINAL, ITEM, NexoAnswer(is_away=True), AT + 60)
    assert (online.online, online.seen_at) == (True, AT + 60)
    assert (offline.online, offline.seen_at) == (False, AT)
    assert (away.online, away.seen_at) == (False, AT)
    assert report_of_terminal(TERMINAL, {}, NexoAnswer(), None).seen_at is None


def test_model_and_serial_number_are_in_the_id_too() -> None:
    """The inventory's words come first; so does its firmware, which the terminal writes in another way."""
    known = report_of_terminal(TERMINAL, ITEM, NexoAnswer({"firmware_version": "maker_v1_2"}), AT).reading
    bare = report_of_terminal(TERMINAL, {}, NexoAnswer({"firmware_version": "maker_v1_2"}), AT).reading
    assert (known.model, known.serial_number, known.firmware_version) == (
        "S1E",
        "000-111-222",
        "Maker_OS 1.2.3",
    )
    assert (bare.model, bare.serial_number, bare.firmware_version) == ("S1E", "000111222", "maker_v1_2")
    assert report_of_terminal("nodash", {}, NexoAnswer(), AT).reading.model is None


@pytest.mark.parametrize(
    ("status", "registration"),
    [
        ("boarded", RegistrationStatus.REGISTERED),
        ("deployed", RegistrationStatus.PENDING),
        ("inventory", RegistrationStatus.UNREGISTERED),
        ("reassignmentInProgress", RegistrationStatus.PENDING),
        ("elsewhere", None),
    ],
)
def test_the_assignment_is_the_registration(status: str, registration: RegistrationStatus | None) -> None:
    """A terminal that says it is signed out knows better."""
    report = report_of_terminal(TERMINAL, ITEM | {"status": status}, NexoAnswer(), AT)
    assert report.reading.registration_status is registration
    assert len(report.unreadable) == (registration is None)
    signed_out = NexoAnswer({"registration": {"status": "unregistered"}})
    reading = report_of_terminal(TERMINAL, ITEM | {"status": status}, signed_out, AT).reading
    assert reading.registration_status is RegistrationStatus.UNREGISTERED


def test_a_text_that_could_be_a_card_number_is_refused() -> None:
    """It is named by its field only."""
    card = "4111111111111111"
    diagnosis = NexoAnswer({"firmware_version": card})
    report = report_of_terminal(TERMINAL, {"model": card}, diagnosis, AT)
    assert (report.reading.model, report.reading.firmware_version) == (None, None)
    assert len(report.unreadable) == 2
    assert card not in str(report)
