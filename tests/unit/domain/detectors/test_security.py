from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from tests.unit.domain.detectors.judging import summary, verdict, watched

OWN = {"terminal_id": "10000001"}
STRANGER = {"terminal_id": "66666666", "serial_number": "S1"}


@pytest.mark.parametrize(
    ("sentence", "expected_serial", "polls", "expected"),
    [
        ("never heard", "S1", [], "absent"),
        ("its own id and serial", "S1", [OWN | {"serial_number": "S1"}], "absent"),
        ("its own id, no serial given", "S1", [OWN], "absent"),
        ("its own id, no serial expected", "", [OWN | {"serial_number": "S2"}], "absent"),
        ("its own id, another serial", "S1", [OWN | {"serial_number": "S2"}], "present"),
        ("another id", "", [STRANGER], "present"),
        ("another id with the right serial", "S1", [STRANGER], "present"),
        ("another id, then its own", "S1", [STRANGER, OWN], "absent"),
        ("another serial, then none given", "S1", [OWN | {"serial_number": "S2"}, OWN], "present"),
        (
            "another serial, then its own",
            "S1",
            [OWN | {"serial_number": "S2"}, OWN | {"serial_number": "S1"}],
            "absent",
        ),
    ],
)
def test_mismatch(sentence: str, expected_serial: str, polls: list[dict[str, Any]], expected: str) -> None:
    """TerminalIdMismatch compares id and serial with the inventory's."""
    one = watched(*polls, serial_number=expected_serial)
    for is_open in (False, True):
        assert verdict("TerminalIdMismatch", one, is_open=is_open) is Verdict(expected), sentence


def test_a_stranger_leaves_what_is_known() -> None:
    """The terminal's own last reading, serial and clock stay as they were."""
    one = watched(OWN | {"serial_number": "S1", "unsent_transactions": 7}, STRANGER | {"serial_number": "X"})
    assert one.reading is not None
    assert one.reading.unsent_transactions == 7
    assert (one.claimed_id, one.serial_number, one.is_down) == ("66666666", "S1", False)


def test_summaries() -> None:
    """The summary says who answered instead."""
    assert summary("TerminalIdMismatch", watched(STRANGER)) == "its endpoint answers as terminal 66666666"
    one = watched(OWN | {"serial_number": "S2"}, serial_number="S1")
    assert summary("TerminalIdMismatch", one) == "answers with serial number S2, expected S1"
    assert summary("TerminalTampered", one) == "the PIN pad reports that it was opened; its keys are erased"


@pytest.mark.parametrize(
    ("sentence", "changed_at", "expected"),
    [
        ("says nothing", None, "unknown"),
        ("ninety days ago", "2026-08-23T01:00:00Z", "absent"),
        ("more than ninety days ago", "2026-08-23T00:59:59Z", "present"),
        ("by a clock that is wrong", "2027-08-23T00:59:59Z", "absent"),
    ],
)
def test_credentials(sentence: str, changed_at: str | None, expected: str) -> None:
    """CredentialsOld counts from the last change that the terminal reports."""
    one = watched({"operator_password_changed_at": changed_at})
    assert verdict("CredentialsOld", one) is Verdict(expected), sentence


def test_old_credentials_say_how_old() -> None:
    """In whole days."""
    one = watched({"operator_password_changed_at": "2026-01-01T00:00:00Z"})
    assert summary("CredentialsOld", one) == "operator password last changed 324 days ago"
    assert summary("CredentialsOld", watched()) == "the operator password is old"
