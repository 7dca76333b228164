"""A segment file: blocks behind each other, each with its length and checksum."""

import struct
import zlib
from collections.abc import Iterator

import msgspec

from monitor.domain.recording.block import PollBlock

MAGIC = b"PMR1"
_HEAD = struct.Struct("<4sII")
_LONGEST = 64 * 2**20
_LONGEST_UNPACKED = 512 * 2**20

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(PollBlock).decode


def framed(block: PollBlock) -> bytes:
    """Return a block as it stands in a file: magic, length and CRC-32, then MessagePack, compressed."""
    payload = zlib.compress(_encode(block), 6)
    return _HEAD.pack(MAGIC, len(payload), zlib.crc32(payload)) + payload


def blocks_in(data: bytes) -> Iterator[PollBlock | None]:
    """Yield the blocks of a file, None for each damaged stretch or a torn tail."""
    place, is_lost = 0, False
    while place < len(data):
        payload = _payload(data, place)
        block = None if payload is None else _block(payload)
        if payload is None or block is None:
            is_lost = True
            place = data.find(MAGIC, place + 1)
            if place < 0:
                break
            continue
        if is_lost:
            yield None
            is_lost = False
        yield block
        place += _HEAD.size + len(payload)
    if is_lost:
        yield None


def _payload(data: bytes, place: int) -> bytes | None:
    if len(data) < place + _HEAD.size:
        return None
    magic, length, checksum = _HEAD.unpack_from(data, place)
    begin = place + _HEAD.size
    payload = data[begin : begin + length] if magic == MAGIC and length <= _LONGEST else b""
    is_whole = len(payload) == length and length > 0
    return payload if is_whole and zlib.crc32(payload) == checksum else None


def _block(payload: bytes) -> PollBlock | None:
    try:
        return _decode(zlib.decompressobj().decompress(payload, _LONGEST_UNPACKED))
    except (zlib.error, msgspec.DecodeError):
        return None
