"""The key that Adyen's terminals share with posmon, and who vouches for those in the local network."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from monitor.config.section import Place, Section, refuse
from monitor.config.tls_files import authorities_fault
from monitor.config.values import ExistingFile, Secret, Text, Whole

KeyIdentifier = Annotated[Text, Field(min_length=1, max_length=128)]
KeyVersion = Annotated[Whole, Field(ge=0, le=2**31 - 1)]


class NexoSettings(Section):
    """How terminals with `nexo+https://` are asked: with which key, and whose certificates they show."""

    key_identifier: KeyIdentifier
    key_version: KeyVersion
    passphrase: Secret
    ca_file: ExistingFile

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse([*bad_passphrase(self.passphrase), *self._bad_authorities()])
        return self

    def _bad_authorities(self) -> Iterator[tuple[Place, str]]:
        reason = authorities_fault(self.ca_file)
        if reason:
            yield ("ca_file",), reason


def bad_passphrase(passphrase: SecretStr | None) -> Iterator[tuple[Place, str]]:
    """Yield the fault of a passphrase that Adyen's libraries would turn into different bytes."""
    if passphrase is not None and not passphrase.get_secret_value().isascii():
        yield ("passphrase",), "has a character that is not ASCII; give the key another passphrase"
