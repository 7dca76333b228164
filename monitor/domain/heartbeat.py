"""Reading a heartbeat document: bytes from a stranger in, checked values or a refusal out."""

import re
from collections.abc import Sequence
from sys import intern
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from monitor.domain.reading import (
    Component,
    ComponentStatus,
    PinPad,
    PinPadStatus,
    Printer,
    PrinterStatus,
    Reading,
)
from monitor.domain.strict_json import BadJson, decode_strictly
from monitor.domain.terminal import TERMINAL_ID

MAX_BYTES = 64 * 1024
_FIELD = re.compile(r"`\$\.([a-z_.]+)`$")
_REFUSED_ID = "not 1 to 64 of A-Z a-z 0-9 . _ : -"
_COMMON_WORDS = ("merchant_id", "vendor", "model", "firmware_version", "app_version")
_COMMON_PARTS: dict[str, dict[str, msgspec.Struct]] = {
    "printer": {status.value: Printer(status=status) for status in PrinterStatus},
    "pin_pad": {status.value: PinPad(status=status) for status in PinPadStatus},
    "card_reader": {status.value: Component(status=status) for status in ComponentStatus},
    "display": {status.value: Component(status=status) for status in ComponentStatus},
}


class BadHeartbeat(ValueError):
    """The document is not a heartbeat; `str()` says why in posmon's words, with no text of the peer's.

    Where one field is to blame the phrase begins with its dotted name: `battery.percent: not a
    number between 0 and 100`.
    """


class Heartbeat(NamedTuple):
    """One heartbeat document: its values, and its `events` as they were written, not yet looked at."""

    reading: Reading
    events: Sequence[object] = ()


def decode_heartbeat(body: bytes) -> Reading:
    """Return the values of one heartbeat document without its events; otherwise as `read_heartbeat`."""
    return read_heartbeat(body).reading


def read_heartbeat(body: bytes) -> Heartbeat:
    """Return what one heartbeat document says, or raise `BadHeartbeat`.

    Taken: one JSON object (RFC 8259) in UTF-8 without a byte order mark, of at most `MAX_BYTES`,
    not nested beyond the interpreter's recursion limit, with unique keys in every object (RFC 7493,
    section 2.3) and without NUL, lone surrogates or integers beyond 64 bits, also where nobody reads
    them. Unknown keys are dropped; an absent or null field is None, which means unknown.

    A word that a field does not list refuses the document. Taking it for unknown would hide a fault
    that a vendor gave a new name; refused, the terminal is seen with the field named as the cause.
    `events` are judged one by one by who counts them; bad ones, or none at all, never cost the heartbeat.
    """
    try:
        document = _parsed(body)
        events = document.pop("events", ())
        document["terminal_id"] = _terminal_id(document)
        _share_common_values(document)
        reading = _checked(document)
    except RecursionError:
        raise BadHeartbeat("nested too deeply") from None
    # Every character of plain ASCII text without escapes is printable: msgspec refuses raw controls.
    if not body.isascii() or b"\\" in body or b"\x7f" in body:
        _refuse_unprintable(body, reading)
    return Heartbeat(reading, events if type(events) is list else ())


def _parsed(body: bytes) -> dict[str, Any]:
    # "from None" here and below: a parser's message may quote the peer, and a log may show causes.
    if len(body) > MAX_BYTES:
        raise BadHeartbeat("larger than 64 KiB")
    try:
        document = decode_strictly(body)
    except BadJson as bad:
        raise BadHeartbeat(str(bad)) from None
    if type(document) is not dict:
        raise BadHeartbeat("not an object")
    return document


def _terminal_id(document: dict[str, Any]) -> str:
    """Return ISO 8583 DE41 without the spaces that pad it on the right."""
    terminal_id = document.get("terminal_id")
    if terminal_id is None:
        raise BadHeartbeat("terminal_id: missing")
    if type(terminal_id) is not str:
        raise BadHeartbeat("terminal_id: not text")
    terminal_id = terminal_id.rstrip(" ")
    if TERMINAL_ID.fullmatch(terminal_id) is None:
        raise BadHeartbeat(f"terminal_id: {_REFUSED_ID}")
    return terminal_id


def _share_common_values(document: dict[str, Any]) -> None:
    """Keep one copy of what thousands of terminals say alike, not one for each."""
    for name in _COMMON_WORDS:
        word = document.get(name)
        if type(word) is str:
            document[name] = intern(word)
    for name, shared in _COMMON_PARTS.items():
        part = document.get(name)
        if type(part) is dict and len(part) == 1 and type(status := part.get("status")) is str:
            document[name] = shared.get(status, part)


def _checked(document: dict[str, Any]) -> Reading:
    try:
        return msgspec.convert(document, Reading)
    except msgspec.ValidationError as error:
        # The message may quote the peer, its path cannot: it is made of the names in `Reading`.
        place = _FIELD.search(str(error))
        field = place[1] if place else ""
        raise BadHeartbeat(_REFUSALS.get(field, "not a heartbeat")) from None


def _refuse_unprintable(body: bytes, reading: Reading) -> None:
    # Without the escaped backslashes, what still reads as an escaped NUL is one.
    if rb"\u0000" in body.replace(rb"\\", b""):
        raise BadHeartbeat("contains NUL")
    _refuse_unprintable_fields(reading, "")


def _refuse_unprintable_fields(values: msgspec.Struct, prefix: str) -> None:
    for name in values.__struct_fields__:
        value = getattr(values, name)
        if isinstance(value, msgspec.Struct):
            _refuse_unprintable_fields(value, f"{name}.")
        elif isinstance(value, str) and not value.isprintable():
            raise BadHeartbeat(f"{prefix}{name}: not printable")


def _expectation(kind: inspect.Type) -> str:
    """Say what a field of this type is not, when it is refused."""
    match kind:
        case inspect.StrType(max_length=int(length)):
            return f"not text of at most {length} characters"
        case inspect.IntType(ge=low, le=high):
            return f"not a whole number between {low} and {high}"
        case inspect.FloatType(ge=low, le=high):
            return f"not a number between {low} and {high}"
        case inspect.EnumType(cls=words):
            return f"not one of {' '.join(words)}"
        case inspect.BoolType():
            return "not true or false"
        case _:
            return "not an object"


def _refusals(fields: tuple[inspect.Field, ...], prefix: str = "") -> dict[str, str]:
    """Return the phrase for each dotted field name."""
    phrases: dict[str, str] = {}
    for field in fields:
        name = prefix + field.name
        kind = field.type.types[0] if isinstance(field.type, inspect.UnionType) else field.type
        phrases[name] = f"{name}: {_expectation(kind)}"
        if isinstance(kind, inspect.StructType):
            phrases |= _refusals(kind.fields, f"{name}.")
    return phrases


def _heartbeat_fields() -> tuple[inspect.Field, ...]:
    kind = inspect.type_info(Reading)
    assert isinstance(kind, inspect.StructType)  # noqa: S101 - tells mypy what Reading is
    return kind.fields


_REFUSALS = _refusals(_heartbeat_fields())
