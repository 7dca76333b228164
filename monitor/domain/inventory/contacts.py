"""Whom to call about a place: what the configuration says of carriers, field service, acquirers and shops."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CONTACT_KEYS = ("terminal_id", "site", "merchant_id", "parent", "region", "model", "vendor")
"""What a contact may be chosen by, the narrowest first; `parent` is any of a terminal's `parents`."""

PlaceValues = Mapping[str, tuple[str, ...]]
"""What is known of a place: the values that it has of each key."""


class ContactRole(StrEnum):
    """What a contact is called for."""

    SHOP = "shop"
    FIELD = "field"
    CARRIER = "carrier"
    ACQUIRER = "acquirer"
    SECURITY = "security"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call about places: `match` has the accepted values of each key that it restricts."""

    name: str
    role: ContactRole
    phone: str = ""
    email: str = ""
    note: str = ""
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_for(self, place: PlaceValues) -> bool:
        """Tell whether a place has one of the values of every key."""
        return all(set(values) & set(place.get(key, ())) for key, values in self.match.items())

    @property
    def reached_at(self) -> str:
        """The ways to reach it, in one line."""
        return " ".join(filter(None, (self.phone, self.email)))

    @property
    def dialled(self) -> str:
        """The number as a `tel:` address has it (RFC 3966), "" without one."""
        number, _, extension = self.phone.lower().partition("x")
        digits = "".join(letter for letter in number if letter.isdigit())
        prefix = "+" if number.strip().startswith("+") else ""
        more = "".join(letter for letter in extension if letter.isdigit())
        return f"tel:{prefix}{digits}{f';ext={more}' if more else ''}" if digits else ""


class ContactBook:
    """Contacts in the order in which they are written, found by the narrowest key of each."""

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        self._everywhere: list[tuple[int, Contact]] = []
        self._by_value: dict[tuple[str, str], list[tuple[int, Contact]]] = {}
        for number, contact in enumerate(contacts):
            key = next((key for key in CONTACT_KEYS if key in contact.match), None)
            if key is None:
                self._everywhere.append((number, contact))
            for value in contact.match[key] if key else ():
                self._by_value.setdefault((key or "", value), []).append((number, contact))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._everywhere or self._by_value)

    def of(self, place: PlaceValues) -> list[Contact]:
        """Return those for a place, in their order."""
        found = dict(self._everywhere)
        for key, values in place.items():
            for value in values:
                found |= {
                    number: contact
                    for number, contact in self._by_value.get((key, value), ())
                    if contact.is_for(place)
                }
        return [found[number] for number in sorted(found)]
