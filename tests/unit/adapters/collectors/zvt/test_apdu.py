import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.zvt.apdu import Apdu, ApduReader, encode

CONTROLS = st.integers(min_value=0, max_value=0xFFFF)


@pytest.mark.parametrize(
    ("frame", "apdu"),
    [
        ("800000", Apdu(0x8000, b"")),
        ("060F01DC", Apdu(0x060F, b"\xdc")),
        ("04FFFF0100AA", Apdu(0x04FF, b"\xaa")),
    ],
)
def test_a_whole_frame_is_read(frame: str, apdu: Apdu) -> None:
    """CLASS and INSTR are one number; a length byte FF is followed by the length, low byte first."""
    assert [*ApduReader().feed(bytes.fromhex(frame))] == [apdu]


@pytest.mark.parametrize(("size", "header"), [(0, "00"), (254, "fe"), (255, "ffff00"), (65535, "ffffff")])
def test_long_frames_have_a_long_length(size: int, header: str) -> None:
    """From 255 bytes on the length takes three bytes."""
    assert encode(0x060F, bytes(size))[2 : -size or None].hex() == header


@given(frames=st.lists(st.tuples(CONTROLS, st.binary(max_size=600)), max_size=5), cuts=st.data())
def test_frames_are_found_however_they_are_cut(frames: list[tuple[int, bytes]], cuts: st.DataObject) -> None:
    """What is encoded is read again, in pieces of any size."""
    stream = b"".join(encode(*frame) for frame in frames)
    reader, at = ApduReader(), 0
    read: list[Apdu] = []
    while at < len(stream):
        size = cuts.draw(st.integers(min_value=1, max_value=len(stream)))
        read += reader.feed(stream[at : at + size])
        at += size
    assert read == [Apdu(*frame) for frame in frames]
