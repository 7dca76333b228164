"""The sections of the configuration except `detectors`; docs/configuration.md explains each setting."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitor.config.durations import format_duration
from monitor.config.nexo_settings import NexoSettings
from monitor.config.section import SELECTOR_KEYS, Place, Section, Selective, refuse
from monitor.config.tls_files import authorities_fault, identity_fault
from monitor.config.values import (
    AllowedNetwork,
    AtReload,
    BaseUrl,
    Destination,
    Duration,
    ExistingFile,
    LabelName,
    LocalPath,
    Pace,
    Secret,
    Share,
    Text,
    Whole,
)
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.inventory import MAX_SHRINK
from monitor.domain.polling.cadence import Cadence, CadenceOverride, KeepAlive, Timetable

MOST_CONNECTIONS = 100_000
_NO_PACES: Mapping[str, CadenceOverride] = MappingProxyType({})
_ZVT_PASSWORD = re.compile("[0-9]{6}")
SHORTEST_JOURNAL_S = 3600.0
"""What receivers have not been told yet is read from the journal at a restart."""

OWN_LABELS = frozenset(
    {"alertname", "severity", "category", "owner", "card", "source", "parent"}
    | {"terminal_id", "merchant_id", "site", "region", "vendor", "model"}
)
"""Labels that are an alert's identity (contract, section 7)."""


class InventorySettings(Section):
    """Where the inventory is, and how much of it may vanish at once without being confirmed."""

    path: LocalPath = Path("inventory.csv")
    max_shrink: Share = MAX_SHRINK


class PollingOverride(Selective):
    """Another pace for some terminals."""

    terminal_id: Text = ""
    site: Text = ""
    region: Text = ""
    model: Text = ""
    interval_s: Pace | None = None
    timeout_s: Pace | None = None
    keep_alive: KeepAlive | None = None


class PollingSettings(Section):
    """How terminals are asked."""

    interval_s: Annotated[Pace, AtReload()] = 30.0
    timeout_s: Annotated[Pace, AtReload()] = 5.0
    concurrency: Annotated[Whole, Field(ge=1, le=MOST_CONNECTIONS)] = 1000
    keep_alive: KeepAlive = "auto"
    kept_tls_connections: Annotated[Whole, Field(ge=0, le=MOST_CONNECTIONS)] = 10_000
    allowed_networks: tuple[AllowedNetwork, ...] = ()
    ca_file: Annotated[ExistingFile | None, AtReload()] = None
    client_cert: Annotated[ExistingFile | None, AtReload()] = None
    client_key: Annotated[ExistingFile | None, AtReload()] = None
    uplinks: tuple[Destination, ...] = ()
    backoff_after_s: Annotated[Duration, AtReload()] = 600.0
    backoff_max_s: Annotated[Duration, AtReload()] = 300.0
    zvt_password: Secret | None = None
    nexo: NexoSettings | None = None
    overrides: Annotated[tuple[PollingOverride, ...], AtReload()] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        faults = [*_bad_authorities(self.ca_file), *self._bad_identity(), *self._conflicting_paces()]
        refuse([*faults, *self._bad_password()])
        return self

    def _bad_identity(self) -> Iterator[tuple[Place, str]]:
        if self.client_cert and not self.client_key:
            yield ("client_cert",), "needs client_key as well"
        if self.client_key and not self.client_cert:
            yield ("client_key",), "needs client_cert as well"
        if self.client_cert and self.client_key:
            reason = identity_fault(self.client_cert, self.client_key)
            if reason:
                yield ("client_cert",), reason

    def _bad_password(self) -> Iterator[tuple[Place, str]]:
        if self.zvt_password and not _ZVT_PASSWORD.fullmatch(self.zvt_password.get_secret_value()):
            yield ("zvt_password",), "must be six digits"

    def _conflicting_paces(self) -> Iterator[tuple[Place, str]]:
        if self.timeout_s > self.interval_s:
            yield ("timeout",), _too_long(self.timeout_s, self.interval_s)
        for number, override in enumerate(self.overrides):
            place: Place = ("overrides", number)
            if override.selector() == _EVERYWHERE:
                yield place, f"says for whom? give {', '.join(SELECTOR_KEYS[:-1])} or {SELECTOR_KEYS[-1]}"
            if (override.interval_s, override.timeout_s, override.keep_alive) == (None, None, None):
                yield place, "changes nothing; give interval, timeout or keep_alive"
            interval_s = override.interval_s or self.interval_s
            timeout_s = override.timeout_s or self.timeout_s
            if timeout_s > interval_s:
                yield (*place, "timeout"), _too_long(timeout_s, interval_s)

    def timetable(self, by_id: Mapping[str, CadenceOverride] = _NO_PACES) -> Timetable:
        """Return how often each terminal is asked, with what holds for single ids by `by_id`."""
        return Timetable(
            Cadence(
                interval_s=self.interval_s,
                timeout_s=self.timeout_s,
                backoff_after_s=self.backoff_after_s,
                backoff_max_s=self.backoff_max_s,
            ),
            [
                CadenceOverride(
                    selector=override.selector(),
                    interval_s=override.interval_s,
                    timeout_s=override.timeout_s,
                    keep_alive=override.keep_alive,
                )
                for override in self.overrides
            ],
            by_id,
        )

    def address_policy(self) -> AddressPolicy:
        """Return which addresses may be polled."""
        return AddressPolicy(allowed_networks=self.allowed_networks)


def _bad_authorities(ca_file: Path | None) -> Iterator[tuple[Place, str]]:
    reason = authorities_fault(ca_file) if ca_file else None
    if reason:
        yield ("ca_file",), reason


_EVERYWHERE = PollingOverride().selector()


def _too_long(timeout_s: float, interval_s: float) -> str:
    return (
        f"{format_duration(timeout_s)} is longer than the interval of {format_duration(interval_s)}; "
        "a poll must be over before the next is due"
    )


class StorageSettings(Section):
    """Where the daemon's memory and the journal of alerts are kept, and how much of the latter."""

    path: LocalPath = Path("posmon.db")
    journal_kept_s: Annotated[Duration, Field(ge=SHORTEST_JOURNAL_S)] = 90 * 24 * 3600.0


class BasicAuth(Section):
    """HTTP Basic authentication (RFC 7617)."""

    username: Annotated[Text, Field(min_length=1, pattern="^[^:]*$")]
    password: Secret


class DialectsSettings(Section):
    """Files with response codes beside posmon's own dialects."""

    files: tuple[ExistingFile, ...] = ()


_API_PATH = re.compile(r"/+api(/+v[0-9]+(/+[a-z]+)*)?/*$", re.IGNORECASE)
"""What people copy from Alertmanager's documentation behind its address."""


class AlertingSettings(Section):
    """The Alertmanagers, and how posmon sends alerts to them."""

    alertmanagers: tuple[BaseUrl, ...] = ()
    resend_interval_s: Pace = 60.0
    external_labels: dict[LabelName, Annotated[Text, Field(min_length=1)]] = Field(default_factory=dict)
    basic_auth: BasicAuth | None = None
    bearer_token: Secret | None = None
    ca_file: ExistingFile | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(
            [
                *self._double_credentials(),
                *self._double_receivers(),
                *self._whole_paths(),
                *self._taken_labels(),
                *_bad_authorities(self.ca_file),
            ]
        )
        return self

    def _double_credentials(self) -> Iterator[tuple[Place, str]]:
        if self.basic_auth and self.bearer_token:
            yield ("bearer_token",), "cannot stand beside basic_auth; a request carries one of them"

    def _double_receivers(self) -> Iterator[tuple[Place, str]]:
        for number, url in enumerate(self.alertmanagers):
            if url in self.alertmanagers[:number]:
                yield ("alertmanagers", number), "stands in the list twice"

    def _whole_paths(self) -> Iterator[tuple[Place, str]]:
        for number, url in enumerate(self.alertmanagers):
            if ending := _API_PATH.search(url):
                right = url[: ending.start()]
                yield (
                    ("alertmanagers", number),
                    f"ends in {ending[0]}, which posmon adds by itself; write {right}",
                )

    def _taken_labels(self) -> Iterator[tuple[Place, str]]:
        for name in self.external_labels:
            if name in OWN_LABELS:
                yield ("external_labels", name), "is a label of posmon's own alerts; choose another name"


class MetricsSettings(Section):
    """Which terminals have rows of their own on `/metrics`."""

    per_terminal: Literal["all", "unhealthy", "none"] = "all"


class LoggingSettings(Section):
    """The least level that is logged, and the form of the lines."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"
