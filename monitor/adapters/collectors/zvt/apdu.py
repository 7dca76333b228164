"""Frames of ZVT over TCP (PA00P015 chapter 2, PA00P016): CLASS INSTR LEN data, without DLE, STX or CRC."""

from collections.abc import Iterator
from typing import NamedTuple

LONG_LENGTH = 0xFF
"""A length byte of this value: the next two bytes are the length, low byte first."""

HEADER, LONG_HEADER = 3, 5


class Apdu(NamedTuple):
    """One frame; `control` is CLASS and INSTR as one number, as the standard writes them: 0x060F."""

    control: int
    data: bytes


class ApduReader:
    """Cuts what arrives into frames: one may come in pieces, and several in one piece."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Apdu]:
        """Add bytes; yield the frames that are complete."""
        buffer = self._buffer
        buffer += data
        while (end := _end_of_frame(buffer)) is not None:
            begin = LONG_HEADER if buffer[2] == LONG_LENGTH else HEADER
            apdu = Apdu(buffer[0] << 8 | buffer[1], bytes(buffer[begin:end]))
            del buffer[:end]
            yield apdu


def encode(control: int, data: bytes = b"") -> bytes:
    """Return a frame; `data` of at most 65 535 bytes."""
    size = len(data)
    length = bytes([size]) if size < LONG_LENGTH else bytes([LONG_LENGTH]) + size.to_bytes(2, "little")
    return control.to_bytes(2, "big") + length + data


def _end_of_frame(buffer: bytearray) -> int | None:
    """Return where the first frame ends, None while it is not whole."""
    if len(buffer) < HEADER:
        return None
    if buffer[2] != LONG_LENGTH:
        end = HEADER + buffer[2]
    elif len(buffer) < LONG_HEADER:
        return None
    else:
        end = LONG_HEADER + int.from_bytes(buffer[3:5], "little")
    return end if len(buffer) >= end else None
