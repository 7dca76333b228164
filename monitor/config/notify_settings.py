"""The section `notify`: receivers of alerts without Alertmanager in between."""

import re
from collections.abc import Iterator
from datetime import time
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from monitor.config.section import Place, Section, refuse
from monitor.config.ticket_settings import TicketSettings
from monitor.config.tls_files import authorities_fault
from monitor.config.values import (
    Duration,
    ExistingFile,
    Flag,
    Pace,
    Secret,
    Text,
    Whole,
    host_port,
    is_loopback,
    mail_address,
    short_name,
    text,
    zone_name,
)
from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.calendars.digest_schedule import DigestSchedule, Every
from monitor.domain.calendars.opening_hours import BadHours, parse_opening_hours
from monitor.domain.inventory.endpoint import BadEndpoint, parse_endpoint
from monitor.domain.notification.notification_log import QuietHours, ReceiverPolicy

SHOPS = "shops"
"""What the receiver of the section `notify.shops` is called."""

EMAIL = "email"
"""What the receiver of the section `notify.email` is called."""

LAST_PORT = 65535
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _host(written: object) -> str:
    name = text(written)
    return host_port(f"[{name}]:0" if ":" in name else f"{name}:0").host


def _hours(written: object) -> str:
    hours = text(written)
    try:
        parse_opening_hours(hours)
    except BadHours as error:
        raise ValueError(str(error)) from None
    return hours


def _time_of_day(written: object) -> str:
    at = text(written)
    if not _TIME.fullmatch(at):
        raise ValueError('not a time of day such as "08:00"')
    return at


ReceiverName = Annotated[str, BeforeValidator(short_name)]
MailAddress = Annotated[str, BeforeValidator(mail_address)]
Loudness = Literal["info", "warning", "critical"]


class ReceiverSettings(Section):
    """What a receiver hears: alerts of `owners` (of all without any), as loud as `min_severity` at least.

    Without a `min_severity` of its own it has that of all receivers.
    """

    owners: tuple[Owner, ...] = ()
    min_severity: Loudness | None = None


class WebhookSettings(ReceiverSettings):
    """One URL to which messages are posted; the URL may hold a secret, so it is one."""

    name: ReceiverName
    url: Secret
    bearer_token: Secret | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        try:
            parse_endpoint(self.url.get_secret_value())
        except BadEndpoint as error:
            refuse([(("url",), f"not a URL such as http://127.0.0.1:8060/alerts: {error}")])
        return self


class AppriseSettings(ReceiverSettings):
    """One service in apprise's notation; its URL is a secret."""

    name: ReceiverName
    url: Secret
    language: Literal["en", "zh"] = "en"

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if find_spec("apprise") is None:
            refuse([((), "needs apprise, which is not installed: pip install 'posmon[notify]'")])
        if import_module("apprise").Apprise.instantiate(self.url.get_secret_value()) is None:
            refuse([(("url",), "not a service that apprise knows")])
        return self


class EmailSettings(ReceiverSettings):
    """A mail server, and the recipients; no `host`, no mail."""

    host: Annotated[str, BeforeValidator(_host)] | None = None
    port: Annotated[Whole, Field(ge=1, le=LAST_PORT)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Text | None = None
    password: Secret | None = None
    sender: MailAddress | None = None
    recipients: tuple[MailAddress, ...] = ()
    language: Literal["en", "zh"] = "en"

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(self._missing())
        return self

    def _missing(self) -> Iterator[tuple[Place, str]]:
        if self.host is None:
            if self.sender or self.recipients or self.username or self.password:
                yield ("host",), "is missing: which server takes the mail?"
            return
        if self.sender is None:
            yield ("sender",), "is missing: from which address does the mail come?"
        if not self.recipients:
            yield ("recipients",), "is missing: whom does the mail go to?"
        if (self.username is None) is not (self.password is None):
            yield ("username",), "username and password come together"
        if self.password and self.security == "none" and not is_loopback(self.host):
            yield ("security",), "a password needs starttls or tls"


class ShopsSettings(Section):
    """Whether shops are told themselves, by the contact that the inventory has, and how often."""

    email: Flag = False
    webhook: Secret | None = None
    bearer_token: Secret | None = None
    language: Literal["en", "zh"] = "en"
    max_per_day: Annotated[Whole, Field(ge=1, le=100)] = 4
    min_severity: Loudness = "warning"

    @property
    def tells(self) -> bool:
        """Whether there is a way to shops."""
        return self.email or self.webhook is not None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        try:
            parse_endpoint(self.webhook.get_secret_value()) if self.webhook else None
        except BadEndpoint as error:
            refuse([(("webhook",), f"not a URL such as http://127.0.0.1:8060/sms: {error}")])
        return self


class DigestSettings(Section):
    """One summary that is sent by schedule, to a receiver of `notify` by its name."""

    receiver: ReceiverName
    every: Literal["daily", "weekly"] = "daily"
    at: Annotated[str, BeforeValidator(_time_of_day)] = "08:00"
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    timezone: Annotated[str, BeforeValidator(zone_name)] | None = None
    language: Literal["en", "zh"] = "en"

    @property
    def name(self) -> str:
        """What it is remembered by: a receiver has one summary of each kind."""
        return f"{self.receiver} {self.every} {self.language}"

    def schedule(self, zone: str) -> DigestSchedule:
        """Return when it is due; `zone` is the one of the section."""
        hour, _, minute = self.at.partition(":")
        return DigestSchedule(
            every=Every(self.every),
            at=time(int(hour), int(minute)),
            zone=ZoneInfo(self.timezone or zone),
            weekday=_WEEKDAYS.index(self.weekday),
        )


class NotifySettings(Section):
    """Receivers that posmon notifies itself, and in which way."""

    shops: ShopsSettings = Field(default_factory=ShopsSettings)
    webhooks: tuple[WebhookSettings, ...] = ()
    email: EmailSettings = Field(default_factory=EmailSettings)
    apprise: tuple[AppriseSettings, ...] = ()
    digest: tuple[DigestSettings, ...] = ()
    tickets: tuple[TicketSettings, ...] = ()
    group_by: Literal["site", "fleet"] = "site"
    gather_s: Annotated[Duration, Field(le=300)] = 10.0
    repeat_interval_s: Annotated[Pace, Field(ge=60)] = 4 * 3600.0
    min_severity: Loudness = "warning"
    quiet_hours: Annotated[str, BeforeValidator(_hours)] | None = None
    timezone: Annotated[str, BeforeValidator(zone_name)] = "UTC"
    ca_file: ExistingFile | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(
            [
                *self._double_names(),
                *self._bad_authorities(),
                *self._mail_without_server(),
                *self._bad_digests(),
            ]
        )
        return self

    def _double_names(self) -> Iterator[tuple[Place, str]]:
        taken = {EMAIL, SHOPS}
        names: list[tuple[Place, str]] = [
            *((("webhooks", place, "name"), one.name) for place, one in enumerate(self.webhooks)),
            *((("apprise", place, "name"), one.name) for place, one in enumerate(self.apprise)),
            *((("tickets", place, "name"), one.name) for place, one in enumerate(self.tickets)),
        ]
        for place, name in names:
            if name in taken:
                yield place, "is the name of another receiver"
            taken.add(name)

    def _mail_without_server(self) -> Iterator[tuple[Place, str]]:
        if self.shops.email and self.email.host is None:
            yield ("shops", "email"), "needs notify.email: which server takes the mail?"

    def _bad_digests(self) -> Iterator[tuple[Place, str]]:
        known = [*(one.name for one in self.webhooks), *(one.name for one in self.apprise)]
        if self.email.host is not None:
            known.append(EMAIL)
        seen: set[str] = set()
        for place, one in enumerate(self.digest):
            if one.receiver not in known:
                there = f"there are {', '.join(sorted(known))}" if known else "there is none"
                yield ("digest", place, "receiver"), f"is no receiver of notify; {there}"
            if one.name in seen:
                yield ("digest", place), "sends a receiver the same summary as another"
            seen.add(one.name)

    def _bad_authorities(self) -> Iterator[tuple[Place, str]]:
        reason = authorities_fault(self.ca_file) if self.ca_file else None
        if reason:
            yield ("ca_file",), reason

    def manner(
        self, receiver: ReceiverSettings, *, believed_s: float, unfiltered: bool = False
    ) -> ReceiverPolicy:
        """Return the policy of a receiver; an alert without a notice for `believed_s` fires no longer.

        `unfiltered`: whatever the hour, the severity and the owner.
        """
        quiet_hours = None
        if self.quiet_hours and not unfiltered:
            quiet_hours = QuietHours(
                hours=parse_opening_hours(self.quiet_hours), zone=ZoneInfo(self.timezone)
            )
        return ReceiverPolicy(
            group_by=("site",) if self.group_by == "site" else (),
            repeat_interval_s=self.repeat_interval_s,
            believed_s=believed_s,
            least=Severity.INFO if unfiltered else Severity(receiver.min_severity or self.min_severity),
            owners=frozenset() if unfiltered else frozenset(receiver.owners),
            quiet_hours=quiet_hours,
        )
