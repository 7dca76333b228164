import zlib

from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.recording.segment import MAGIC, blocks_in, framed
from tests.unit.domain.recording.polls import Packed, answered

BLOCKS = Packed.of([[answered(f"{number}", number)] for number in range(4)]).blocks
FRAMES = [framed(block) for block in BLOCKS]
WHOLE = b"".join(FRAMES)


def _numbers(data: bytes) -> list[int | None]:
    return [None if block is None else block.number for block in blocks_in(data)]


def test_blocks_come_back_in_order() -> None:
    """A file without damage gives every block."""
    assert list(blocks_in(WHOLE)) == BLOCKS


@given(st.integers(1, len(FRAMES[-1]) - 1))
def test_a_torn_tail_costs_itself(missing: int) -> None:
    """A file that ends within a block gives those before it, and says that something is missing."""
    assert _numbers(WHOLE[:-missing]) == [1, 2, 3, None]


@given(st.integers(0, len(FRAMES[1]) - 1), st.integers(1, 255))
def test_a_damaged_byte_costs_its_block(place: int, change: int) -> None:
    """Wherever in a block a byte is wrong, the others come back."""
    data = bytearray(WHOLE)
    data[len(FRAMES[0]) + place] ^= change
    assert _numbers(bytes(data)) == [1, None, 3, 4]


@given(st.binary(max_size=60))
def test_rubbish_is_not_taken_for_a_block(rubbish: bytes) -> None:
    """Bytes before a block, also such as look like its head, cost nothing but themselves."""
    assert _numbers(rubbish + MAGIC + WHOLE)[-4:] == [1, 2, 3, 4]


def test_a_sound_frame_of_something_else_is_damage() -> None:
    """A checksum says that bytes are whole, not that they are a block."""
    payload = zlib.compress(b"\x93\x01\x02\x03")
    head = MAGIC + len(payload).to_bytes(4, "little") + zlib.crc32(payload).to_bytes(4, "little")
    assert _numbers(head + payload + FRAMES[0]) == [None, 1]
