import pytest

from monitor.domain.recording.block import FIELDS, BadBlock, column, numbers


def test_columns_come_back() -> None:
    """Numbers are little-endian, whatever the machine."""
    assert column("I", [1, 2]) == b"\x01\0\0\0\x02\0\0\0"
    assert numbers("b", column("b", [-128, 5]), 2) == (-128, 5)


def test_a_column_of_another_length_is_refused() -> None:
    """A block says how many polls it has."""
    with pytest.raises(BadBlock, match="another length"):
        numbers("H", b"\0\0\0", 2)


def test_clocks_are_no_field() -> None:
    """What moves on in every heartbeat makes no reading another one."""
    assert "sent_at" not in FIELDS
    assert "uptime_seconds" not in FIELDS
    assert {"terminal_id", "battery", "network"} <= {*FIELDS}
