"""Decoding one event: untrusted input in, a checked value or a refusal out."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from monitor.domain.card_number import contains_card_number, passes_luhn
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.events.event import Event, EventType, OperatorLogin, Transaction
from monitor.domain.events.field_types import (
    AmountMinor,
    CardToken,
    Currency,
    EventId,
    EventTime,
    OperatorId,
    ResponseCodeText,
)
from monitor.domain.instant import rfc3339, time_of
from monitor.domain.strict_json import whole_number


class RejectedFor(StrEnum):
    """Why an input was rejected, in few words: a label of `posmon_rejected_inputs_total`."""

    CARD_DATA = "card_data"
    CARD_NUMBER = "card_number"
    FIELD = "field"
    TIMESTAMP = "timestamp"
    TOO_MANY = "too_many"
    UNKNOWN_TERMINAL = "unknown_terminal"
    WRONG_TERMINAL = "wrong_terminal"
    DOCUMENT = "document"


class BadEvent(ValueError):
    """The event cannot be counted; `str()` says why in posmon's words and quotes nothing of it.

    Where one field is to blame the phrase begins with its name: `at: not a time with an offset`.
    """

    def __init__(self, kind: RejectedFor, reason: str) -> None:
        self.kind = kind
        super().__init__(reason)


class UnreadableEvent(BadEvent):
    """The event is not written as one: a field is missing, of another type or form, or could be card data."""


class _Transaction(Struct, gc=False, kw_only=True):
    id: EventId
    at: EventTime
    response_code: ResponseCodeText
    card_token: CardToken | None = None
    operator_id: OperatorId | None = None
    amount_minor: AmountMinor | None = None
    currency: Currency | None = None


class _OperatorLogin(Struct, gc=False, kw_only=True):
    id: EventId
    at: EventTime
    operator_id: OperatorId
    success: bool


Raw = TypeVar("Raw", _Transaction, _OperatorLogin)

_REASONS = {
    "id": "id: not 1 to 64 printable characters without spaces",
    "at": "at: not a time with an offset, such as 2026-11-21T01:00:00Z",
    "response_code": "response_code: not 1 to 4 letters or digits",
    "card_token": "card_token: not text of 1 to 128 characters",
    "operator_id": "operator_id: not text of at most 32 characters",
    "amount_minor": "amount_minor: not a whole number between 0 and 10^12",
    "currency": "currency: not three capital letters",
    "success": "success: not true or false",
    "type": "type: not transaction or operator_login",
}
_KNOWN = frozenset({"type"}.union(_Transaction.__struct_fields__, _OperatorLogin.__struct_fields__))
_FIELD = re.compile(r"`\$\.([a-z_]+)`$|field `([a-z_]+)`$")

_FORBIDDEN = frozenset(
    {"pan", "primaryaccountnumber", "cardnumber", "cardno", "cardnum", "accountnumber", "ccnumber", "fpan"}
    | {"track", "track1", "track2", "track3", "trackdata", "track1data", "track2data", "track3data"}
    | {"magstripe", "magneticstripe", "track2equivalentdata", "icc", "emv", "iccdata", "emvdata"}
    | {"pin", "pinblock", "pindata", "encryptedpin", "encryptedpinblock", "epb", "ksn"}
    | {"cvv", "cvv2", "cvc", "cvc2", "cid", "cav", "cav2", "csc", "cvn", "cvn2", "cardverificationvalue"}
    | {"de2", "de35", "de36", "de45", "de52", "de55"}
)
"""Names of fields that carry card or sensitive authentication data, without case and punctuation."""

_PUNCTUATION = re.compile(r"[^a-z0-9]")
_DIGIT_GROUPS = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ ._/-]?[0-9]){12,18}(?![0-9A-Za-z])")
_SEPARATORS = re.compile(r"[^0-9]")
_SHORTEST_CARD = 13
_SHORTEST_CODE = 2
"""ISO 8583 DE39 has two characters at least: a `5` has lost its zero."""
_DEEPEST = 8
_MOST_LOOKED_AT = 200


def could_be_card_number(text: str) -> bool:
    """Tell whether `text` has 13 to 19 digits, grouped or not, that pass the Luhn check (ISO/IEC 7812-1).

    Digits that stand between letters, as in a hexadecimal token, must also be of a range and length that an
    issuer could have given out.
    """
    if len(text) < _SHORTEST_CARD:
        return False
    if any(passes_luhn(_SEPARATORS.sub("", found.group())) for found in _DIGIT_GROUPS.finditer(text)):
        return True
    return contains_card_number(text)


class EventDecoder:
    """Checks events and replaces their card tokens by hashes; nothing of a token is kept.

    A card that is `known` under a former key's hash keeps that hash, so that its counts stay together for as
    long as they are remembered.
    """

    def __init__(self, *, hasher: CardHasher | None, known: Container[str]) -> None:
        self._hasher = hasher
        self._known = known

    def decode(self, document: object, *, ahead_s: float = 0.0) -> tuple[Event, float]:
        """Return the event, and its time as its terminal's clock had it; raises BadEvent.

        The event's `at` is corrected by `ahead_s`, by which the terminal's clock is ahead of ours.
        """
        if type(document) is not dict:
            raise UnreadableEvent(RejectedFor.DOCUMENT, "not an object")
        if not document.keys() <= _KNOWN:
            _refuse_card_data(document)
        kind = document.get("type")
        if type(kind) is str:
            kind = kind.lower()
        if kind == EventType.TRANSACTION:
            return self._transaction(document, ahead_s)
        if kind == EventType.OPERATOR_LOGIN:
            return self._login(document, ahead_s)
        raise UnreadableEvent(RejectedFor.FIELD, _REASONS["type"])

    def _transaction(self, document: dict[str, Any], ahead_s: float) -> tuple[Event, float]:
        given = _converted(document, _Transaction)
        token, operator = given.card_token, given.operator_id or ""
        if token is not None:
            _refuse_odd_token(token)
        _refuse_card_number("id", given.id)
        _refuse_odd_operator(operator)
        at = _time(given.at)
        event = Transaction(
            id=given.id,
            at=at - ahead_s,
            response_code=given.response_code.upper().zfill(_SHORTEST_CODE),
            card=self._card(token) if token else "",
            operator_id=operator,
            amount_minor=given.amount_minor,
            currency=given.currency or "",
        )
        return event, at

    def _login(self, document: dict[str, Any], ahead_s: float) -> tuple[Event, float]:
        given = _converted(document, _OperatorLogin)
        _refuse_card_number("id", given.id)
        _refuse_odd_operator(given.operator_id)
        at = _time(given.at)
        operator_id = given.operator_id
        return OperatorLogin(id=given.id, at=at - ahead_s, operator_id=operator_id, success=given.success), at

    def _card(self, token: str) -> str:
        if self._hasher is None:
            return ""
        for former in self._hasher.former(token):
            if former in self._known:
                return former
        return self._hasher.card(token)


def _converted(document: dict[str, Any], kind: type[Raw]) -> Raw:
    try:
        return msgspec.convert(document, kind)
    except (msgspec.ValidationError, UnicodeError):  # msgspec does not convert lone surrogates
        return _converted_spelling(document, kind)


def _converted_spelling(document: dict[str, Any], kind: type[Raw]) -> Raw:
    """Read an event once more, with the spellings that can only mean one thing."""
    plain = {
        name: _SPELLINGS[name](value) if name in _SPELLINGS else value for name, value in document.items()
    }
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, UnicodeError) as error:
        # The message may quote the event, its path cannot: it is made of the names in the struct.
        found = _FIELD.search(str(error))
        field = (found[1] or found[2]) if found else ""
        raise UnreadableEvent(RejectedFor.FIELD, _REASONS.get(field, "not an event")) from None


def _digits(value: object) -> object:
    """Return a whole number as its digits, anything else as it is."""
    return str(value) if type(value) is int else value


def _moment(value: object) -> object:
    """Return unix seconds or milliseconds as RFC 3339 text, anything else as it is."""
    at = None if type(value) is str else time_of(value)
    return value if at is None else rfc3339(at)


def _amount(value: object) -> object:
    """Return a whole number that is written as text or with a point, anything else as it is."""
    return int(value) if type(value) is str and _AMOUNT.fullmatch(value) else whole_number(value)


def _flag(value: object) -> object:
    """Return true and false written as text, 1 or 0; anything else as it is."""
    return _FLAGS.get(str(value).strip().lower(), value) if type(value) in {str, int} else value


def _capitals(value: object) -> object:
    return value.upper() if type(value) is str else value


_AMOUNT = re.compile(r"[0-9]{1,13}")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_SPELLINGS: Mapping[str, Callable[[object], object]] = {
    "id": _digits,
    "at": _moment,
    "response_code": _digits,
    "amount_minor": _amount,
    "currency": _capitals,
    "success": _flag,
}


def _time(written: str) -> float:
    at = time_of(written)
    if at is None:
        raise UnreadableEvent(RejectedFor.TIMESTAMP, _REASONS["at"])
    return at


def _refuse_card_number(field: str, text: str) -> None:
    if len(text) >= _SHORTEST_CARD and contains_card_number(text):
        raise UnreadableEvent(RejectedFor.CARD_NUMBER, f"{field}: could be a card number")


def _refuse_odd_token(token: str) -> None:
    if could_be_card_number(token):
        raise UnreadableEvent(
            RejectedFor.CARD_NUMBER, "card_token: could be a card number; send the provider's token"
        )
    if not (token.isascii() and token.isprintable()):
        raise UnreadableEvent(RejectedFor.FIELD, "card_token: not printable ASCII")


def _refuse_odd_operator(operator_id: str) -> None:
    if not operator_id.isprintable():
        raise UnreadableEvent(RejectedFor.FIELD, "operator_id: not printable")
    _refuse_card_number("operator_id", operator_id)


def _refuse_card_data(document: Mapping[str, Any]) -> None:
    """Refuse an event with unknown fields that could carry card data."""
    for number, (depth, name, value) in enumerate(_unread(document, 0)):
        plain = _PUNCTUATION.sub("", name.lower())
        if plain in _FORBIDDEN:
            raise UnreadableEvent(RejectedFor.CARD_DATA, f"{plain}: card data is never taken")
        if depth > _DEEPEST or number > _MOST_LOOKED_AT:
            raise UnreadableEvent(RejectedFor.DOCUMENT, "too many fields that do not belong to an event")
        is_plain = isinstance(value, str | int | float)
        if contains_card_number(name) or (is_plain and contains_card_number(str(value))):
            raise UnreadableEvent(RejectedFor.CARD_NUMBER, "a field could hold a card number")


def _unread(value: object, depth: int) -> Iterator[tuple[int, str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if depth or name not in _KNOWN:
                yield depth, str(name), inner
                yield from _unread(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield depth, "", inner
            yield from _unread(inner, depth + 1)
