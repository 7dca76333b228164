"""The section `sources`: accounts and services that speak for many terminals at once."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.config.durations import format_duration
from monitor.config.json_mapping import (
    TIME_FORMATS,
    bad_expression,
    bad_field,
    bad_next,
    bad_place,
)
from monitor.config.mqtt_topics import bad_topics
from monitor.config.nexo_settings import KeyIdentifier, KeyVersion, bad_passphrase
from monitor.config.section import Place, Section, key_of, refuse
from monitor.config.tls_files import authorities_fault
from monitor.config.values import (
    AllowedNetwork,
    BaseUrl,
    Duration,
    ExistingFile,
    Pace,
    Secret,
    Secrets,
    ServiceUrl,
    Text,
    text,
)
from monitor.domain.inventory.address import SCHEMES
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.terminal import DEFAULT_DIALECT

SourceKind = Literal["adyen", "json", "mqtt", "paxstore", "stripe", "square", "sumup"]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}", re.ASCII)
_STALE_AFTER = 3
_LEAST_PATIENCE_S: Mapping[str, float] = {"paxstore": 1800.0}
"""Three of PAXSTORE's windows of ten minutes: the budget of calls reaches 2500 terminals in one."""

_PARTS_OF_A_KEY = frozenset({"key_identifier", "key_version", "passphrase"})
_ALWAYS = frozenset(
    {
        "name",
        "kind",
        "url",
        "interval_s",
        "timeout_s",
        "stale_after_s",
        "allowed_networks",
        "ca_file",
        "discover",
        "dialect",
    }
)
_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "adyen": (
        frozenset({"api_key", "management_url", "merchants"}),
        frozenset({"key_identifier", "key_version", "passphrase"}),
    ),
    "json": (
        frozenset({"id"}),
        frozenset({"headers", "items", "next", "online", "seen_at", "site", "fields"}),
    ),
    "paxstore": (frozenset({"key", "secret"}), frozenset()),
    "stripe": (frozenset({"api_key"}), frozenset()),
    "square": (frozenset({"access_token"}), frozenset()),
    "sumup": (frozenset({"api_key", "merchants"}), frozenset()),
    "mqtt": (
        frozenset({"topics"}),
        frozenset({"username", "password", "availability", "id", "online", "seen_at", "site", "fields"}),
    ),
}
"""By kind: which keys it must have beside those of every kind, and which it may have."""


def _source_name(written: object) -> str:
    name = text(written)
    if not _NAME.fullmatch(name):
        raise ValueError("a name is at most 31 of a-z 0-9 - _ and begins with a letter")
    if name in SCHEMES:
        raise ValueError("is the name of a scheme of endpoints")
    return name


class SourceSettings(Section):
    """One source. Which keys belong to which kind, docs/sources.md says."""

    name: Annotated[str, BeforeValidator(_source_name)]
    kind: SourceKind
    url: ServiceUrl
    interval_s: Pace = 60.0
    timeout_s: Pace = 10.0
    stale_after_s: Duration | None = None
    allowed_networks: tuple[AllowedNetwork, ...] = ()
    ca_file: ExistingFile | None = None
    discover: bool = False
    dialect: Text = DEFAULT_DIALECT
    management_url: BaseUrl | None = None
    api_key: Secret | None = None
    access_token: Secret | None = None
    username: Text | None = None
    password: Secret | None = None
    topics: tuple[Text, ...] = ()
    availability: dict[str, Text] = Field(default_factory=dict)
    key: Secret | None = None
    secret: Secret | None = None
    merchants: tuple[Text, ...] = ()
    key_identifier: KeyIdentifier | None = None
    key_version: KeyVersion | None = None
    passphrase: Secret | None = None
    headers: Secrets = Field(default_factory=dict)
    items: Text = "@"
    next: dict[str, Text] = Field(default_factory=dict)
    id: Text | None = None
    online: Any = None
    seen_at: Any = None
    site: Text | None = None
    fields: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        faults = (
            self._wrong_keys(),
            self._bad_times(),
            self._bad_authorities(),
            self._bad_mapping(),
            self._half_a_key(),
            bad_passphrase(self.passphrase),
        )
        refuse([*chain(*faults), *bad_topics(self.kind, self.url, self.topics, self.availability, self.id)])
        return self

    def _wrong_keys(self) -> Iterator[tuple[Place, str]]:
        needed, allowed = _KEYS[self.kind]
        for name in sorted(needed - self.model_fields_set):
            yield (key_of(name),), f"is missing: a source of kind {self.kind} needs it"
        for name in sorted(self.model_fields_set - _ALWAYS - needed - allowed):
            yield (key_of(name),), f"has no place in a source of kind {self.kind}"
        if (
            self.kind == "adyen"
            and "merchants" in self.model_fields_set
            and not all((self.merchants, *self.merchants))
        ):
            yield ("merchants",), "is a list of at least one merchant"

    def _bad_times(self) -> Iterator[tuple[Place, str]]:
        if self.stale_after_s is not None and self.stale_after_s < self.interval_s:
            yield ("stale_after",), f"is shorter than the interval of {format_duration(self.interval_s)}"

    def _bad_authorities(self) -> Iterator[tuple[Place, str]]:
        reason = authorities_fault(self.ca_file) if self.ca_file else None
        if reason:
            yield ("ca_file",), reason

    def _half_a_key(self) -> Iterator[tuple[Place, str]]:
        """Yield what is missing of the key that is shared with terminals, once a part of it is given."""
        given = self.model_fields_set & _PARTS_OF_A_KEY
        for name in sorted(_PARTS_OF_A_KEY - given) if given else ():
            yield (name,), "is missing: key_identifier, key_version and passphrase belong together"

    def _bad_mapping(self) -> Iterator[tuple[Place, str]]:
        yield from bad_expression(("items",), self.items)
        yield from bad_expression(("id",), self.id)
        yield from bad_expression(("site",), self.site)
        yield from bad_place(("online",), self.online, words=("online", "offline"))
        yield from bad_place(("seen_at",), self.seen_at, formats=TIME_FORMATS)
        for name, written in self.fields.items():
            yield from bad_field(("fields", name), name, written)
        yield from bad_next(("next",), self.next)

    @property
    def patience_s(self) -> float:
        """How old what the source says of a terminal may be before it says nothing any more."""
        least_s = _LEAST_PATIENCE_S.get(self.kind, 0.0)
        return self.stale_after_s or max(_STALE_AFTER * self.interval_s, least_s)

    def address_policy(self) -> AddressPolicy:
        """Return which addresses may be asked."""
        return AddressPolicy(allowed_networks=self.allowed_networks)

    @property
    def authorities(self) -> Path | None:
        """Who vouches for the service, None for the system's authorities."""
        return self.ca_file
