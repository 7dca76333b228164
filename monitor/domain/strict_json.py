"""JSON from strangers: one meaning for every reader, or a refusal."""

import json
import re
from typing import Any

import msgspec

_DIGITS_AS_NINES = bytes.maketrans(b"012345678", b"999999999")
_LONG_NUMBER = b"9" * 19
_PLACE = re.compile(r"\(byte (\d+)\)")
_decode_json = msgspec.json.Decoder().decode
_encode_json = msgspec.json.Encoder().encode


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
    """Refuse what the parser lets pass, also where nobody reads it: duplicate keys, huge integers.

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


def _refuse_duplicate_key(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise BadJson("a key occurs twice")


def _refuse_huge_integer(digits: str) -> None:
    if not -(2**63) <= int(digits) < 2**64:
        raise BadJson("an integer beyond 64 bits")
