"""The TLV container of ZVT (PA00P015 chapter TLV-container): BER-TLV with its own tags."""

from collections.abc import Iterator

_MORE_TAG_BYTES, _TAG_CONTINUES = 0x1F, 0x80
_CONSTRUCTED = 0x20
_MOST_TAG_BYTES = 3
_LENGTH_BYTES = {0x81: 1, 0x82: 2}


class BadTlv(ValueError):
    """The bytes are no TLV."""


def flatten(data: bytes) -> dict[int, bytes]:
    """Return every primitive value by its tag, those within constructed tags too; of two the outer one.

    A tag of several bytes is one number: 0x1F42. Raises BadTlv.
    """
    values: dict[int, bytes] = {}
    pending = [data]
    while pending:
        for tag, value in _items(pending.pop(0)):
            is_constructed = _first_byte(tag) & _CONSTRUCTED
            if is_constructed:
                pending.append(value)
            else:
                values.setdefault(tag, value)
    return values


def container_length(data: bytes) -> tuple[int, int]:
    """Return where a BER length ends and what it says, of the bytes that begin with it. Raises BadTlv."""
    if not data:
        raise BadTlv
    extra = _LENGTH_BYTES.get(data[0], 0)
    if extra == 0 and data[0] >= _TAG_CONTINUES:
        raise BadTlv
    if len(data) < 1 + extra:
        raise BadTlv
    return 1 + extra, int.from_bytes(data[1 : 1 + extra], "big") if extra else data[0]


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        begin = at
        at += 1
        if data[begin] & _MORE_TAG_BYTES == _MORE_TAG_BYTES:
            while at < len(data) and data[at] & _TAG_CONTINUES:
                at += 1
            at += 1
        if at > len(data) or at - begin > _MOST_TAG_BYTES:
            raise BadTlv
        skip, length = container_length(data[at:])
        if at + skip + length > len(data):
            raise BadTlv
        yield int.from_bytes(data[begin:at], "big"), data[at + skip : at + skip + length]
        at += skip + length


def _first_byte(tag: int) -> int:
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")[0]
