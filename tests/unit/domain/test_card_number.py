import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.card_number import contains_card_number, passes_luhn

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "card 4111111111111111, of Bob",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "3782 822463 10005",
    "30569309025904",
    "6011000990139424",
    "3530111333300000",
    "6200000000000005",
    "8171999927660000",
    "4000000000000000006",
    "4000 0000 0000 0000 006",
    "\uff14" + "\uff11" * 15,
    "\u0664" + "\u0661" * 15,
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20131111\u20131111\u20131111",
    "卡号 4111111111111111",
]


@pytest.mark.parametrize("text", CARDS)
def test_card_number_is_recognised(text: str) -> None:
    """Test numbers of every scheme are recognised, alone, grouped, inside other words, in any script."""
    assert contains_card_number(text)


OTHERS = [
    ("wrong check digit", "4111111111111112"),
    ("twelve digits", "411111111111"),
    ("a shop's GS1 number", "4012345000009"),
    ("an IMEI, which has the same check digit", "490154203237518"),
    ("another IMEI", "356938035643809"),
    ("a SIM card's number", "8949020000000000006"),
    ("a phone number", "+49 151 23456789"),
    ("a date and time", "20261121010000"),
    ("part of a longer number", "41111111111111110000000"),
    ("odd groups", "411111 1111111111"),
    ("letters between", "4111a1111a1111a1111"),
    ("nothing", ""),
]


@pytest.mark.parametrize("text", [case[1] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_other_number_is_not_taken_for_a_card(text: str) -> None:
    """Numbers that no issuer gives out are left alone."""
    assert not contains_card_number(text)


@given(st.text("0123456789", min_size=1, max_size=18))
def test_one_of_ten_check_digits_fits(digits: str) -> None:
    """Behind any digits exactly one check digit passes, and a single mistyped digit does not."""
    fitting = [digit for digit in "0123456789" if passes_luhn(digits + digit)]
    assert len(fitting) == 1
    mistyped = str((int(digits[0]) + 1) % 10) + digits[1:] + fitting[0]
    assert not passes_luhn(mistyped)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_judged(text: str) -> None:
    """No text raises."""
    assert contains_card_number(text) in {True, False}
