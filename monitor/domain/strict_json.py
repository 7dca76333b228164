"""Untrusted JSON: one meaning for every reader, or a refusal."""

import codecs
import json
import re
from math import isfinite
from typing import Any, Final

import msgspec

_DIGITS_AS_NINES = bytes.maketrans(b"012345678", b"999999999")
_LONG_NUMBER = b"9" * 19
_LONGEST_INTEGER = len("-9223372036854775808")
_PLACE = re.compile(r"\(byte (\d+)\)")
_decode_json = msgspec.json.Decoder().decode
_encode_json = msgspec.json.Encoder().encode


class Unclear:
    """Stands in a decoded value for what has no one meaning; see `decode_leniently`."""

    __slots__ = ()


UNCLEAR: Final = Unclear()


class BadJson(ValueError):
    """A text is not JSON that is taken; `str()` says why with no text of the peer's.

    `line` counts from 1; None where the fault has no one place.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def decode_strictly(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value of a JSON text (RFC 8259), or raise BadJson.

    Taken: UTF-8 without a byte order mark, not nested beyond the interpreter's recursion limit, with
    unique keys in every object (RFC 7493, section 2.3) and without lone surrogates, NaN or integers
    beyond 64 bits.
    """
    # "from None" here and below: the parsers' messages quote the peer, and a log may show causes.
    try:
        value = _decode_json(body)
        _refuse_hidden_contents(body, value)
    except BadJson:
        raise
    except RecursionError:
        raise BadJson("nested too deeply") from None
    except msgspec.ValidationError:
        raise BadJson("a number out of range") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadJson("not JSON in UTF-8", _line_of(body, error)) from None
    return value


def decode_leniently(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value of a JSON text (RFC 8259) in UTF-8, or raise BadJson.

    What has no one meaning costs only its own place, where `UNCLEAR` stands instead: a member whose name
    occurs again with another value, a number beyond 64 bits or beyond a double. Texts may hold lone
    surrogates. A byte order mark before the text is no part of it, nor are NULs and white space behind it.
    """
    try:
        return decode_strictly(body)
    except BadJson as bad:
        refused = bad
    body = body.removeprefix(codecs.BOM_UTF8).rstrip(b"\0 \t\r\n")
    try:
        return lenient_decoder().decode(body.decode())
    except RecursionError:
        raise BadJson("nested too deeply") from None
    except ValueError:
        raise BadJson("not JSON in UTF-8", refused.line) from None


def lenient_decoder() -> json.JSONDecoder:
    """Return what reads JSON values as `decode_leniently` does; NaN and infinities raise ValueError."""
    return json.JSONDecoder(
        object_pairs_hook=_members, parse_float=_float, parse_int=_integer, parse_constant=_refuse_constant
    )


def is_same(one: object, other: object) -> bool:
    """Tell whether two JSON values say the same; 1 is not true."""
    return type(one) is type(other) and one == other


def whole_number(value: object) -> object:
    """Return the int that a float without a fraction stands for, anything else as it is.

    JSON has one kind of number (RFC 8259, section 6): some encoders write 3 as 3.0.
    """
    return int(value) if type(value) is float and value.is_integer() else value


def _line_of(body: bytes, error: Exception) -> int | None:
    if isinstance(error, UnicodeDecodeError):
        return None
    place = _PLACE.search(str(error))
    return body.count(b"\n", 0, int(place[1])) + 1 if place else None


def _refuse_hidden_contents(body: bytes, value: object) -> None:
    """Refuse duplicate keys and huge integers, which the parser accepts, also in unknown members.

    The parser keeps the last of equal keys, so some were lost if the value, encoded again, has
    fewer quotes than `body`; that is exact where no string holds an escape and so none a quote. Only
    a text in doubt is parsed again, by the slower parser that tells.
    """
    in_doubt = (
        b"\\" in body
        or body.count(b'"') != _encode_json(value).count(b'"')
        or _LONG_NUMBER in body.translate(_DIGITS_AS_NINES)
    )
    if in_doubt:
        _inspect(body)


def _inspect(body: bytes) -> None:
    try:
        json.loads(body.decode(), object_pairs_hook=_refuse_duplicate_key, parse_int=_refuse_huge_integer)
    except BadJson:
        raise
    except ValueError:
        # The other parser took it; what it minds is a number too long to be an int.
        raise BadJson("an integer beyond 64 bits") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    members = {}
    for name, value in pairs:
        members[name] = value if is_same(members.get(name, value), value) else UNCLEAR
    return members


def _float(digits: str) -> float | Unclear:
    number = float(digits)
    return number if isfinite(number) else UNCLEAR


def _integer(digits: str) -> int | Unclear:
    is_short = len(digits) <= _LONGEST_INTEGER
    return number if is_short and -(2**63) <= (number := int(digits)) < 2**64 else UNCLEAR


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_duplicate_key(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise BadJson("a key occurs twice")


def _refuse_huge_integer(digits: str) -> None:
    if not -(2**63) <= int(digits) < 2**64:
        raise BadJson("an integer beyond 64 bits")
