from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.card_number import passes_luhn
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.events.decoding import (
    BadEvent,
    EventDecoder,
    RejectedFor,
    UnreadableEvent,
    could_be_card_number,
)
from monitor.domain.events.event import OperatorLogin, Transaction

AT = "2026-11-21T01:00:00Z"
AT_WALL = 1_795_222_800.0
SALE = {"id": "20261121-000123", "at": AT, "type": "transaction", "response_code": "55"}
LOG_IN = {"id": "20261121-000124", "at": AT, "type": "operator_login", "operator_id": "02", "success": False}
KEY, FORMER = b"k" * 16, b"f" * 16
CARD = "4111111111111111"


def decode(document: object, *, known: tuple[str, ...] = (), **options: Any) -> Any:
    """Return the event that a document says."""
    event, _ = EventDecoder(hasher=CardHasher([KEY, FORMER]), known=known).decode(document, **options)
    return event


def test_the_contract_s_examples_are_taken() -> None:
    """Every field comes through, the token as a hash."""
    whole = SALE | {"card_token": "tok_9f2c", "operator_id": "01", "amount_minor": 1200, "currency": "CNY"}
    assert decode(whole) == Transaction(
        id="20261121-000123",
        at=AT_WALL,
        response_code="55",
        card=CardHasher([KEY]).card("tok_9f2c"),
        operator_id="01",
        amount_minor=1200,
        currency="CNY",
    )
    assert decode(whole | {"amount_minor": 1200.0}).amount_minor == 1200
    assert decode(LOG_IN) == OperatorLogin(id="20261121-000124", at=AT_WALL, operator_id="02", success=False)


def test_unknown_fields_are_ignored_and_codes_have_one_spelling() -> None:
    """What posmon does not know costs nothing."""
    assert decode(SALE | {"response_code": "a0", "weather": {"rain": True}}).response_code == "A0"


def test_time_is_corrected_by_the_terminal_s_clock() -> None:
    """A clock an hour ahead is told, and taken off."""
    decoder = EventDecoder(hasher=None, known=())
    event, told_at = decoder.decode(SALE | {"card_token": "tok"}, ahead_s=3600)
    assert (event.at, told_at) == (AT_WALL - 3600, AT_WALL)
    assert isinstance(event, Transaction)
    assert event.card == ""


def test_a_card_known_under_a_former_key_goes_on_under_it() -> None:
    """Until nothing is remembered of it any more."""
    old = CardHasher([FORMER]).card("tok")
    assert decode(SALE | {"card_token": "tok"}, known=(old,)).card == old
    assert decode(SALE | {"card_token": "tok"}).card == CardHasher([KEY]).card("tok")


BAD: list[tuple[object, RejectedFor, str]] = [
    ("event", RejectedFor.DOCUMENT, "not an object"),
    (None, RejectedFor.DOCUMENT, "not an object"),
    ([], RejectedFor.DOCUMENT, "not an object"),
    ({}, RejectedFor.FIELD, "type: "),
    (SALE | {"type": "refund"}, RejectedFor.FIELD, "type: "),
    (SALE | {"type": ["transaction"]}, RejectedFor.FIELD, "type: "),
    ({"type": "transaction"}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": ""}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": 7.5}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": "x" * 65}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": "a b"}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": "a\n"}, RejectedFor.FIELD, "id: "),
    (SALE | {"id": CARD}, RejectedFor.CARD_NUMBER, "id: "),
    (SALE | {"at": None}, RejectedFor.FIELD, "at: "),
    (SALE | {"at": 20261121}, RejectedFor.FIELD, "at: "),
    (SALE | {"at": "2026-11-21T01:00:00"}, RejectedFor.TIMESTAMP, "at: "),
    (SALE | {"at": "soon"}, RejectedFor.TIMESTAMP, "at: "),
    (SALE | {"at": "2026-02-30T01:00:00Z"}, RejectedFor.TIMESTAMP, "at: "),
    (SALE | {"response_code": 5.5}, RejectedFor.FIELD, "response_code: "),
    (SALE | {"response_code": ""}, RejectedFor.FIELD, "response_code: "),
    (SALE | {"response_code": "12345"}, RejectedFor.FIELD, "response_code: "),
    (SALE | {"card_token": CARD}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": "4111 1111 1111 1111"}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": "4111-1111-1111-1111"}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": f"tok_{CARD}"}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": f";{CARD}=26122010000000000000?"}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": f"%B{CARD}^NAME/"}, RejectedFor.CARD_NUMBER, "card_token: "),
    (SALE | {"card_token": 9}, RejectedFor.FIELD, "card_token: "),
    (SALE | {"card_token": "卡"}, RejectedFor.FIELD, "card_token: "),
    (SALE | {"operator_id": CARD}, RejectedFor.CARD_NUMBER, "operator_id: "),
    (SALE | {"operator_id": "a\u202e"}, RejectedFor.FIELD, "operator_id: "),
    (SALE | {"amount_minor": -1}, RejectedFor.FIELD, "amount_minor: "),
    (SALE | {"amount_minor": 1.5}, RejectedFor.FIELD, "amount_minor: "),
    (SALE | {"amount_minor": True}, RejectedFor.FIELD, "amount_minor: "),
    (SALE | {"currency": "cn"}, RejectedFor.FIELD, "currency: "),
    (LOG_IN | {"success": "no"}, RejectedFor.FIELD, "success: "),
    ({name: LOG_IN[name] for name in LOG_IN if name != "operator_id"}, RejectedFor.FIELD, "operator_id: "),
    (SALE | {"PIN": "1"}, RejectedFor.CARD_DATA, "pin: "),
    (SALE | {"Pin_Block": "1"}, RejectedFor.CARD_DATA, "pinblock: "),
    (SALE | {"track-2": None}, RejectedFor.CARD_DATA, "track2: "),
    (SALE | {"card": {"details": [{"CVV2": 1}]}}, RejectedFor.CARD_DATA, "cvv2: "),
    (SALE | {"DE52": "00"}, RejectedFor.CARD_DATA, "de52: "),
    (SALE | {"note": f"card {CARD}"}, RejectedFor.CARD_NUMBER, "a field "),
    (SALE | {"note": {"n": [int(CARD)]}}, RejectedFor.CARD_NUMBER, "a field "),
    (SALE | {"n": float(CARD)}, RejectedFor.CARD_NUMBER, "a field "),
    (SALE | {CARD: 1}, RejectedFor.CARD_NUMBER, "a field "),
    (SALE | {"note": [[[[[[[[[[[[1]]]]]]]]]]]]}, RejectedFor.DOCUMENT, "too many"),
    (SALE | {"note": list(range(1000))}, RejectedFor.DOCUMENT, "too many"),
]


@pytest.mark.parametrize(("document", "kind", "begins"), BAD)
def test_a_bad_event_is_refused_by_field(document: object, kind: RejectedFor, begins: str) -> None:
    """The reason is posmon's own and names the field."""
    with pytest.raises(BadEvent) as refused:
        decode(document)
    assert refused.value.kind is kind
    assert str(refused.value).startswith(begins)
    assert CARD not in str(refused.value)


@pytest.mark.parametrize("field", [{"card_token": CARD}, {"note": CARD}, {"cvv": "1"}], ids=str)
def test_an_event_with_card_data_is_named_at_its_terminal(field: dict[str, object]) -> None:
    """It counts as unreadable, so that the terminal's page and the log say which field is to blame."""
    with pytest.raises(UnreadableEvent):
        decode(SALE | field)


@pytest.mark.parametrize(
    "token", ["tok_9f2c", "4111111111111112", "123456789012", "9f4111111111111112a", "5" * 20, "1" * 30]
)
def test_what_is_no_card_number_is_a_token(token: str) -> None:
    """Too short, too long, or with a wrong check digit."""
    assert not could_be_card_number(token)
    assert decode(SALE | {"card_token": token}).card


def with_check_digit(digits: str) -> str:
    """Return digits that pass the Luhn check."""
    return next(f"{digits}{last}" for last in range(10) if passes_luhn(f"{digits}{last}"))


NUMBERS = st.integers(12, 18).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size).map(with_check_digit)
)


@given(NUMBERS, st.sampled_from(["", " ", "-", ".", "_"]), st.integers(2, 5))
def test_any_number_that_could_be_a_card_s_is_refused(number: str, separator: str, group: int) -> None:
    """13 to 19 digits with a right check digit, however grouped; nothing of them is said."""
    parts = [number[start : start + group] for start in range(0, len(number), group)]
    with pytest.raises(BadEvent) as refused:
        decode(SALE | {"card_token": separator.join(parts)})
    assert refused.value.kind is RejectedFor.CARD_NUMBER
    assert number not in repr(refused.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from([*SALE, *LOG_IN, "card_token", "amount_minor", "currency", "x"])


@given(st.dictionaries(FIELDS, VALUES), st.sampled_from([{}, SALE, LOG_IN]))
def test_whatever_is_written_is_an_event_or_a_refusal(fields: dict[str, Any], base: dict[str, Any]) -> None:
    """Nothing else is raised, and of the token nothing is left."""
    document = base | fields
    try:
        event = decode(document)
    except BadEvent:
        return
    token = document.get("card_token")
    assert not (isinstance(token, str) and len(token) > 5 and token in repr(event).replace(event.id, ""))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ({"id": 7}, {"id": "7"}),
        ({"at": 1795222800}, {"at": "2026-11-21T01:00:00Z"}),
        ({"at": "1795222800000"}, {"at": "2026-11-21T01:00:00Z"}),
        ({"type": "Transaction"}, {"type": "transaction"}),
        ({"response_code": 55}, {"response_code": "55"}),
        ({"response_code": 5}, {"response_code": "05"}),
        ({"response_code": "5"}, {"response_code": "05"}),
        ({"amount_minor": "1200"}, {"amount_minor": 1200}),
        ({"amount_minor": 1200.0}, {"amount_minor": 1200}),
        ({"currency": "cny"}, {"currency": "CNY"}),
    ],
)
def test_spellings_that_mean_one_thing_are_read(written: dict[str, object], plain: dict[str, object]) -> None:
    """An event is the same in whatever way an encoder writes its values."""
    base = {"id": "1", "at": "2026-11-21T01:00:00Z", "type": "transaction", "response_code": "00"}
    decoder = EventDecoder(hasher=None, known=())
    assert decoder.decode(base | written) == decoder.decode(base | plain)


@pytest.mark.parametrize(
    "field", [{"at": "2026-11-21T01:00:00"}, {"operator_id": 1}, {"response_code": True}]
)
def test_spellings_that_could_mean_two_things_are_refused(field: dict[str, object]) -> None:
    """A time of any zone, an operator whose zeros are lost: the reason names the field."""
    base = {"id": "1", "at": "2026-11-21T01:00:00Z", "type": "transaction", "response_code": "00"}
    with pytest.raises(UnreadableEvent, match=next(iter(field))):
        EventDecoder(hasher=None, known=()).decode(base | field)
