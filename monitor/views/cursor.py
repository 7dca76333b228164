"""A cursor says where a listing goes on: the key of the last item seen, opaque to clients.

Items are listed in the order of their keys, so items that join or leave meanwhile neither repeat nor hide
another.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import msgspec

_LONGEST_NUMBER = 18
"""A number of so many digits fits a column of any store."""


class BadCursor(ValueError):
    """The text is not a cursor of this listing."""


def encode_cursor(*key: str) -> str:
    """Return the cursor that stands for an item's key."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(text: str, *, parts: int) -> Sequence[str]:
    """Return the `parts` strings of a key, or raise BadCursor."""
    try:
        padded = text + "=" * (-len(text) % 4)
        key = msgspec.json.decode(urlsafe_b64decode(padded.encode("ascii")), type=list[str])
    except (ValueError, msgspec.MsgspecError):
        raise BadCursor("not a cursor of this listing") from None
    if len(key) != parts:
        raise BadCursor("not a cursor of this listing")
    return key


def decode_number(text: str) -> int:
    """Return the number that a cursor of numbered items stands for, or raise BadCursor."""
    (digits,) = decode_cursor(text, parts=1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER):
        raise BadCursor("not a cursor of this listing")
    return int(digits)
