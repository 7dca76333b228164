"""Decoding a heartbeat document: untrusted bytes in, checked values or a refusal out."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.fields import EVENTS, read_fields
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.heartbeat.spellings import is_printable
from monitor.domain.inventory.terminal import TERMINAL_ID
from monitor.domain.partial_json import read_beginning
from monitor.domain.strict_json import UNCLEAR, BadJson, decode_leniently, decode_strictly

MAX_BYTES = 256 * 1024
TOO_LARGE = "larger than 256 KiB"
EVENTS_CUT = f"{EVENTS}: those beyond the first 256 KiB of the document were not read"
_REFUSED_ID = "not 1 to 64 of A-Z a-z 0-9 . _ : -"
_NO_CARDS = ("terminal_id", "vendor", "model", "firmware_version", "app_version", "configuration_version")
"""Texts that may hold no card number; as in an inventory, serial numbers may look like one."""

_SHORTEST = 14
_MERCHANT_ID = 15
"""Characters of a merchant id (ISO 8583 DE42), which may look like a card number unless it is longer."""

_texts_of = attrgetter(*_NO_CARDS)
_moment = datetime.fromisoformat
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
    """One heartbeat document: its values, and its `events` as they were written, not yet looked at.

    `unreadable` has a phrase for each field that could not be read and so is unknown, see `read_fields`.
    """

    reading: Reading
    events: Sequence[object] = ()
    unreadable: tuple[str, ...] = ()


def decode_heartbeat(body: bytes) -> Reading:
    """Return the values of one heartbeat document without its events; otherwise as `read_heartbeat`."""
    return read_heartbeat(body).reading


def read_heartbeat(body: bytes) -> Heartbeat:
    """Return what one heartbeat document says, or raise `BadHeartbeat`.

    Refused is what is no JSON object (RFC 8259) in UTF-8 of at most `MAX_BYTES`, is nested beyond the
    interpreter's recursion limit, has no `terminal_id` in its form, or a text that could be a card number in
    one of `_NO_CARDS` or in a merchant id of more than 15 characters. A byte order mark before the document
    and NULs behind it are no part of it. A document that its events make too large is read up to there.

    Every other fault costs only its field, which is then unknown: a word that the field does not list,
    another type, a number out of range, a text that is too long or not printable, a name that occurs twice
    with different values. No such word is ever taken for `ok`. `spellings` says what is read all the same.
    Unknown keys are dropped; an absent or null field is None, which means unknown.
    `events` are judged one by one by who counts them; bad ones, or none at all, never cost the heartbeat.
    """
    return _read_plain(body) or read_slowly(body)


def read_slowly(body: bytes) -> Heartbeat:
    """Do as `read_heartbeat` does, with every check in its place and a phrase for every fault."""
    # "from None": a parser's message may quote the peer, and a log may show causes.
    try:
        if len(body) > MAX_BYTES:
            heartbeat = _heartbeat_of(_beginning(body[:MAX_BYTES]))
            return heartbeat._replace(unreadable=(*heartbeat.unreadable, EVENTS_CUT))
        return read_document(decode_leniently(body), body)
    except BadJson as bad:
        raise BadHeartbeat(str(bad)) from None
    except RecursionError:
        raise BadHeartbeat("nested too deeply") from None


def read_document(document: object, body: bytes) -> Heartbeat:
    """Do as `read_heartbeat` does with a `body` that `decode_leniently` has made a `document` of.

    A body that is too large is refused.
    """
    if type(document) is not dict:
        raise BadHeartbeat("not an object")
    if len(body) > MAX_BYTES:
        raise BadHeartbeat(TOO_LARGE)
    try:
        return _heartbeat_of(document)
    except RecursionError:
        raise BadHeartbeat("nested too deeply") from None


def _heartbeat_of(document: dict[str, Any]) -> Heartbeat:
    if field := _card_number_in(document):
        raise BadHeartbeat(f"{field}: could be a card number")
    reading, unreadable = _checked({**document, "terminal_id": _terminal_id(document)})
    events = document.get(EVENTS)
    return Heartbeat(reading, events if type(events) is list else (), tuple(unreadable))


def _read_plain(body: bytes) -> Heartbeat | None:
    """Return what a usual document says, None for one that has to be looked at more closely.

    Usual is ASCII without escapes, of known fields, each there once, readable and not null. That all its
    quotes are those of the values found in it, written again, shows that nothing was passed over: neither an
    unknown key nor an equal one. Numbers are then within the bounds of their fields.
    """
    # Nearly all heartbeats pass here. Reading each field in Python is for those that do not.
    if len(body) > MAX_BYTES or not body.isascii() or b"\\" in body or b"\x7f" in body:
        return None
    try:
        reading = _decode_reading(body)
        # The decoder drops unknown keys silently. Counting quotes finds them without parsing a second time.
        unread = body.count(b'"') - _encode_reading(reading).count(b'"')
        events = _events_of(body, unread) if unread else ()
        # A list of words is looked at one by one.
        is_plain = _has_times(reading) and not (reading.self_test and reading.self_test.failed)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if events is None or not is_plain or TERMINAL_ID.fullmatch(reading.terminal_id) is None:
        return None
    for text in _texts_of(reading):
        if text is not None and len(text) >= _SHORTEST and contains_card_number(text):
            return None
    merchant_id = reading.merchant_id
    if merchant_id is not None and len(merchant_id) > _MERCHANT_ID and contains_card_number(merchant_id):
        return None
    return Heartbeat(reading, events)


def _has_times(reading: Reading) -> bool:
    """Return whether a time has an offset; raises ValueError where it is no time."""
    sent_at, registration = reading.sent_at, reading.registration
    if sent_at is not None and _moment(sent_at).tzinfo is None:
        return False
    signed_in_at = None if registration is None else registration.signed_in_at
    if signed_in_at is not None and _moment(signed_in_at).tzinfo is None:
        return False
    settled_at, changed_at = reading.settled_at, reading.operator_password_changed_at
    if settled_at is not None and _moment(settled_at).tzinfo is None:
        return False
    return changed_at is None or _moment(changed_at).tzinfo is not None


def _card_number_in(document: dict[str, Any]) -> str:
    """Return the name of a text that could be a card number, "" if there is none; numbers count as text."""
    for name in (*_NO_CARDS, "merchant_id"):
        written = document.get(name)
        text = str(written) if type(written) in {str, int} else ""
        if contains_card_number(text) and (name != "merchant_id" or len(text) > _MERCHANT_ID):
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


def _beginning(body: bytes) -> dict[str, Any]:
    """Return what stands before the cut of a document that its events make too large."""
    members, cut = read_beginning(body)
    if cut != EVENTS:
        raise BadHeartbeat(TOO_LARGE)
    if "terminal_id" not in members:
        raise BadHeartbeat(f"{TOO_LARGE}, with the events before the terminal_id")
    return members


def _terminal_id(document: dict[str, Any]) -> str:
    """Return ISO 8583 DE41 without the spaces that pad it on the right."""
    terminal_id = document.get("terminal_id")
    if terminal_id is None:
        raise BadHeartbeat("terminal_id: missing")
    if terminal_id is UNCLEAR:
        raise BadHeartbeat("terminal_id: occurs twice, with different values")
    if type(terminal_id) is not str:
        raise BadHeartbeat("terminal_id: not text")
    terminal_id = terminal_id.rstrip(" ")
    if TERMINAL_ID.fullmatch(terminal_id) is None:
        raise BadHeartbeat(f"terminal_id: {_REFUSED_ID}")
    return terminal_id


def _checked(document: dict[str, Any]) -> tuple[Reading, list[str]]:
    """Return what can be read, and what is wrong with the rest."""
    try:
        reading = msgspec.convert(document, Reading)
    except (msgspec.ValidationError, UnicodeError):  # msgspec does not convert lone surrogates
        return read_fields(document)
    has_words = reading.self_test is not None and reading.self_test.failed
    is_sound = _is_printable(reading) and not has_words and type(document.get(EVENTS, [])) is list
    try:
        return (reading, []) if is_sound and _has_times(reading) else read_fields(document)
    except ValueError:
        return read_fields(document)


def _is_printable(values: msgspec.Struct) -> bool:
    for name in values.__struct_fields__:
        value = getattr(values, name)
        if isinstance(value, msgspec.Struct):
            if not _is_printable(value):
                return False
        elif isinstance(value, str) and not is_printable(value):
            return False
    return True
