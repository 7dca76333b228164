"""Whom to call about which place."""

import pytest

from monitor.domain.inventory.contacts import Contact, ContactBook, ContactRole


def contact(name: str, **match: tuple[str, ...]) -> Contact:
    """Return a carrier."""
    return Contact(name=name, role=ContactRole.CARRIER, phone="110", match=match)


BOOK = ContactBook(
    [
        contact("everywhere"),
        contact("east", region=("east", "south-east")),
        contact("merchant in east", merchant_id=("m1",), region=("east",)),
        contact("line", parent=("line-7",)),
        contact("terminal", terminal_id=("1",)),
    ]
)


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ({}, ["everywhere"]),
        ({"region": ("east",)}, ["everywhere", "east"]),
        ({"region": ("west",), "merchant_id": ("m1",)}, ["everywhere"]),
        ({"merchant_id": ("m1",), "region": ("east",)}, ["everywhere", "east", "merchant in east"]),
        ({"parent": ("line-6", "line-7"), "terminal_id": ("1",)}, ["everywhere", "line", "terminal"]),
    ],
)
def test_contacts_of_a_place(place: dict[str, tuple[str, ...]], names: list[str]) -> None:
    """Every key must have one of its values; the order is that of the file."""
    assert [one.name for one in BOOK.of(place)] == names


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+49 (0)30/1234-567", "tel:+490301234567"),
        ("110", "tel:110"),
        ("030 1234 x56", "tel:0301234;ext=56"),
        ("", ""),
    ],
)
def test_number_as_a_link(phone: str, dialled: str) -> None:
    """Digits, a plus in front, an extension behind."""
    assert Contact(name="a", role=ContactRole.SHOP, phone=phone).dialled == dialled


def test_empty_book() -> None:
    """It is false, and has nobody."""
    assert not ContactBook()
    assert ContactBook().of({"region": ("east",)}) == []
    assert BOOK
