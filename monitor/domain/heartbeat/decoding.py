"""Reading a heartbeat document: bytes from a stranger in, checked values or a refusal out."""

import re
import unicodedata
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.terminal import TERMINAL_ID
from monitor.domain.strict_json import BadJson, decode_strictly, whole_number

MAX_BYTES = 64 * 1024
_FIELD = re.compile(r"`\$\.([a-z_.]+)`$")
_WHOLE_NUMBERS = frozenset({"uptime_seconds", "unsent_transactions"})
_REFUSED_ID = "not 1 to 64 of A-Z a-z 0-9 . _ : -"
_NO_CARDS = {
    "terminal_id": 14,
    "merchant_id": 16,
    "vendor": 14,
    "model": 14,
    "firmware_version": 14,
    "app_version": 14,
}
"""Texts that may hold no card number, and from how many characters on they could; as in an inventory, serial
numbers and the 15 digits of a merchant id (ISO 8583 DE42) may look like one."""
_SHORTEST = tuple(_NO_CARDS.values())
_texts_of = attrgetter(*_NO_CARDS)
_decode_reading = msgspec.json.Decoder(Reading).decode
_encode_reading = msgspec.json.Encoder().encode


class _WithEvents(msgspec.Struct):
    """Finds the events in a heartbeat document, as they were written."""

    events: msgspec.Raw | None = None


_decode_events = msgspec.json.Decoder(_WithEvents).decode


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
    So does a text that could be a card number (`_NO_CARDS`).
    `events` are judged one by one by who counts them; bad ones, or none at all, never cost the heartbeat.
    """
    return _read_plain(body) or read_slowly(body)


def read_slowly(body: bytes) -> Heartbeat:
    """Do as `read_heartbeat` does, with every check in its place and an error for every fault."""
    try:
        return read_document(_parsed(body), body)
    except RecursionError:
        raise BadHeartbeat("nested too deeply") from None


def read_document(document: object, body: bytes) -> Heartbeat:
    """Do as `read_heartbeat` does with a `body` that `decode_strictly` has made a `document` of."""
    if type(document) is not dict:
        raise BadHeartbeat("not an object")
    _refuse_large(body)
    values = {**document, "terminal_id": _terminal_id(document)}
    events = values.pop("events", ())
    for name in _WHOLE_NUMBERS & values.keys():
        values[name] = whole_number(values[name])
    try:
        reading = _checked(values)
    except RecursionError:
        raise BadHeartbeat("nested too deeply") from None
    # Every character of plain ASCII text without escapes is printable: msgspec refuses raw controls.
    if not body.isascii() or b"\\" in body or b"\x7f" in body:
        _refuse_unprintable(body, reading)
    if field := _card_number_in(reading):
        raise BadHeartbeat(f"{field}: could be a card number")
    return Heartbeat(reading, events if type(events) is list else ())


def _read_plain(body: bytes) -> Heartbeat | None:
    """Return what a usual document says, None for one that has to be looked at more closely.

    Usual is ASCII without escapes, of known fields, each there once and not null. That all its quotes are
    those of the values found in it, written again, shows that nothing was passed over: neither an unknown
    key nor an equal one. Numbers are then within the bounds of their fields.
    """
    if len(body) > MAX_BYTES or not body.isascii() or b"\\" in body or b"\x7f" in body:
        return None
    try:
        reading = _decode_reading(body)
        unread = body.count(b'"') - _encode_reading(reading).count(b'"')
        events = _events_of(body, unread) if unread else ()
    except (msgspec.MsgspecError, BadJson, RecursionError):
        return None
    if events is None or TERMINAL_ID.fullmatch(reading.terminal_id) is None or _card_number_in(reading):
        return None
    return Heartbeat(reading, events)


def _card_number_in(reading: Reading) -> str:
    """Return the name of a text that could be a card number, "" if there is none."""
    for name, shortest, text in zip(_NO_CARDS, _SHORTEST, _texts_of(reading), strict=True):
        if text is not None and len(text) >= shortest and contains_card_number(text):
            return name
    return ""


def _events_of(body: bytes, quotes: int) -> Sequence[object] | None:
    """Return the events, None if something else in `body` holds some of these quotes."""
    if quotes == len('""') and b'"events":[]' in body:
        return ()
    raw = _decode_events(body).events
    if raw is None:
        return None
    text = bytes(raw)
    events = decode_strictly(text) if quotes == len('""') + text.count(b'"') else None
    return events if type(events) is list else None


def _refuse_large(body: bytes) -> None:
    if len(body) > MAX_BYTES:
        raise BadHeartbeat("larger than 64 KiB")


def _parsed(body: bytes) -> object:
    # "from None" here and below: a parser's message may quote the peer, and a log may show causes.
    _refuse_large(body)
    try:
        return decode_strictly(body)
    except BadJson as bad:
        raise BadHeartbeat(str(bad)) from None


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
        elif isinstance(value, str) and not _is_printable(value):
            raise BadHeartbeat(f"{prefix}{name}: not printable")


def _is_printable(text: str) -> bool:
    """Tell whether a screen shows all of it; a space of any width does (Unicode category Zs)."""
    return text.isprintable() or all(
        sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in text
    )


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
