import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.zvt.tlv import BadTlv, flatten


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("", {}),
        ("1F430103", {0x1F43: b"\x03"}),
        ("E4061F4002 4142 02", None),
        ("E4051F40024142", {0x1F40: b"AB"}),
        ("E4051F40024142 1F4001FF", {0x1F40: b"\xff"}),
        ("1F408102 4142", {0x1F40: b"AB"}),
        ("1F40820002 4142", {0x1F40: b"AB"}),
        ("1F408302 4142", None),
        ("1F4003 4142", None),
        ("1F", None),
        ("1F40", None),
        ("1FFFFFFF01 00", None),
    ],
)
def test_tags_and_lengths(written: str, values: dict[int, bytes] | None) -> None:
    """Tags have up to three bytes, lengths one to three; a value within E4 counts like any other."""
    data = bytes.fromhex(written)
    if values is None:
        with pytest.raises(BadTlv):
            flatten(data)
    else:
        assert flatten(data) == values


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but BadTlv is raised, and no value is longer than the bytes it came from."""
    try:
        values = flatten(data)
    except BadTlv:
        return
    assert all(len(value) <= len(data) for value in values.values())
