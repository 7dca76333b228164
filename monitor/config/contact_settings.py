"""The section `contacts`: whom to call about which places."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.config.match_settings import Match
from monitor.config.section import Place, Section, refuse
from monitor.config.suggestions import did_you_mean
from monitor.config.values import Text, mail_address, text
from monitor.domain.inventory.contacts import CONTACT_KEYS, Contact, ContactRole

_PHONE = re.compile(r"\+?\(?[0-9](?:[0-9 ()./-]*[0-9])?(?: ?x ?[0-9]{1,6})?", re.ASCII)
_FEWEST_DIGITS = 2
_LONGEST_PHONE = 40


def _phone(written: object) -> str:
    number = text(written)
    digits = sum(letter.isdigit() for letter in number)
    if not _PHONE.fullmatch(number) or digits < _FEWEST_DIGITS or len(number) > _LONGEST_PHONE:
        raise ValueError("not a telephone number such as +49 30 1234-567 or 110, with an extension: 1234 x56")
    return number


class ContactSettings(Section):
    """One contact; without a `match` it is for every place."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    role: Literal["shop", "field", "carrier", "acquirer", "security", "other"]
    phone: Annotated[str, BeforeValidator(_phone)] | None = None
    email: Annotated[str, BeforeValidator(mail_address)] | None = None
    note: Annotated[Text, Field(max_length=300)] = ""
    match: Match = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*self._wrong_keys(), *self._unreachable()])
        return self

    def _wrong_keys(self) -> Iterator[tuple[Place, str]]:
        for key in self.match:
            if key not in CONTACT_KEYS:
                yield ("match", key), f"not a key of a contact's match{did_you_mean(key, CONTACT_KEYS)}"

    def _unreachable(self) -> Iterator[tuple[Place, str]]:
        if self.phone is None and self.email is None:
            yield ("phone",), "is missing, and email too: how is the contact reached?"

    def contact(self) -> Contact:
        """Return the contact."""
        return Contact(
            name=self.name,
            role=ContactRole(self.role),
            phone=self.phone or "",
            email=self.email or "",
            note=self.note,
            match=self.match,
        )
