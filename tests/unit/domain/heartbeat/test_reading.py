from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.reading import Battery, Reading
from tests.scenes import reading

WHOLE: dict[str, Any] = {
    "merchant_id": "898310148160001",
    "serial_number": "N910-1",
    "vendor": "newland",
    "model": "N910",
    "firmware_version": "3.2.1",
    "app_version": "7",
    "activity": "idle",
    "battery": {"percent": 80, "charging": False},
    "printer": {"status": "ok"},
    "registration": {"status": "registered", "signed_in_at": "2026-11-21T01:00:00Z"},
    "pin_pad": {"status": "ok"},
    "card_reader": {"status": "fault"},
    "display": {"status": "ok"},
    "network": {"type": "wifi", "signal_dbm": -60},
    "unsent_transactions": 0,
    "self_test": {"status": "failed", "failed": ["printer"]},
    "temperature_celsius": 34.5,
    "settled_at": "2026-11-20T14:05:00Z",
    "operator_password_changed_at": "2026-10-01T07:30:00Z",
    "boot_count": 7,
    "configuration_version": "2026.11.2",
}
TIMED: dict[str, Any] = {"sent_at": "2026-11-21T01:00:00Z", "uptime_seconds": 10}
LATER: dict[str, Any] = {"sent_at": "2026-11-21T01:00:30Z", "uptime_seconds": 40}


def test_a_reading_keeps_up_with_one_that_only_got_older() -> None:
    """It takes over the time and the uptime: a quiet terminal keeps one object."""
    kept = reading(**WHOLE, **TIMED)
    assert kept.keeps_up_with(reading(**WHOLE, **LATER))
    assert (kept.sent_at, kept.uptime_seconds) == (LATER["sent_at"], LATER["uptime_seconds"])


@pytest.mark.parametrize("field", WHOLE)
def test_a_reading_does_not_keep_up_with_anything_new(field: str) -> None:
    """Every field counts, also one that is not said any more."""
    rest = {name: value for name, value in WHOLE.items() if name != field}
    assert not reading(**WHOLE, **TIMED).keeps_up_with(reading(**rest, **LATER))
    assert not reading(**rest, **TIMED).keeps_up_with(reading(**WHOLE, **LATER))


def test_terminals_share_what_they_say_alike() -> None:
    """Words and parts that thousands of terminals repeat are one object each."""
    first, second = reading(**WHOLE), reading(**WHOLE)
    first.share()
    second.share()
    assert first == second == reading(**WHOLE)
    for name in ("vendor", "model", "firmware_version", "printer", "pin_pad", "card_reader", "display"):
        assert getattr(first, name) is getattr(second, name)
    assert first.battery is not second.battery


@given(st.sets(st.sampled_from(sorted(WHOLE))))
def test_sharing_changes_nothing_that_is_said(fields: set[str]) -> None:
    """Whichever fields a terminal leaves out."""
    document = {name: WHOLE[name] for name in fields}
    shared = reading(**document)
    shared.share()
    assert shared == reading(**document)


def test_what_is_not_said_is_unknown() -> None:
    """Neither an absent part nor an empty one is a fault."""
    silent, empty = reading(), reading(battery={}, printer={}, registration={}, pin_pad={}, display={})
    for said in (silent, empty):
        assert said.battery_percent is None
        assert said.printer_status is None
        assert said.registration_status is None
        assert said.pin_pad_status is None
        assert said.card_reader_status is None
        assert said.display_status is None


def test_states_of_parts_are_read_from_the_reading() -> None:
    """Each is the status of its own part."""
    said = reading(**WHOLE | {"display": {"status": "ok"}})
    assert said.battery_percent == 80
    assert said.printer_status == "ok"
    assert said.registration_status == "registered"
    assert said.pin_pad_status == "ok"
    assert said.card_reader_status == "fault"
    assert said.display_status == "ok"


@pytest.mark.parametrize("percent", [-0.1, 100.1])
def test_a_charge_beyond_0_to_100_is_no_reading(percent: float) -> None:
    """The bounds of fields are checked where documents become values."""
    with pytest.raises(msgspec.ValidationError, match="percent"):
        msgspec.convert({"terminal_id": "1", "battery": {"percent": percent}}, Reading)
    assert msgspec.convert({"percent": 100}, Battery).percent == 100
