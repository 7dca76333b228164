"""Query strings: named, checked, and described for the API's document."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from multidict import MultiMapping

from monitor.domain.alerts.alert import AlertState, Category, Owner, Severity
from monitor.domain.availability.report import GroupBy
from monitor.domain.fleet.health import Health
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import DEFAULT_LIMIT, MAX_LIMIT
from monitor.web.routing.problems import refused

QueryText = Annotated[str, Meta(max_length=256)]
Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]

MOST_SHARDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryParameter:
    """One name of a query string.

    `many` may be given several times, and any of the values will do; `needed` must be given.
    """

    name: str
    kind: Any
    description: str
    many: bool = False
    needed: bool = False

    def read(self, values: list[str]) -> Any:  # noqa: ANN401 - whatever `kind` is
        """Return the value for `values`, at least one; raises msgspec.ValidationError."""
        if self.many:
            return frozenset(msgspec.convert(value, self.kind, strict=False) for value in values)
        if len(values) > 1:
            raise msgspec.ValidationError("given more than once")
        return msgspec.convert(values[0], self.kind, strict=False)


def read_query(query: MultiMapping[str], parameters: Iterable[QueryParameter]) -> dict[str, Any]:
    """Return the values by name, absent ones left out; refuses (400) unknown names, bad values."""
    known = {parameter.name: parameter for parameter in parameters}
    values = {}
    for name in query:
        if name not in known:
            choice = f"It takes {', '.join(known)}." if known else "It takes none."
            raise refused(400, "Bad Request", f"This resource has no parameter of that name. {choice}")
        try:
            values[name] = known[name].read(query.getall(name))
        except msgspec.ValidationError as error:
            raise refused(400, "Bad Request", f"{name}: {error}") from None
    for parameter in known.values():
        if parameter.needed and parameter.name not in values:
            raise refused(400, "Bad Request", f"{parameter.name}: is needed. {parameter.description}")
    return values


CURSOR = QueryParameter(
    name="cursor", kind=QueryText, description="Where to go on: `next_cursor` of the page before."
)
LIMIT = QueryParameter(
    name="limit", kind=Limit, description=f"At most so many items; {DEFAULT_LIMIT} when not given."
)
SITE = QueryParameter(name="site", kind=QueryText, description="Site.", many=True)
REGION = QueryParameter(name="region", kind=QueryText, description="Region.", many=True)

TERMINAL_FILTERS = (
    SITE,
    REGION,
    QueryParameter(name="health", kind=Health, description="Health.", many=True),
    QueryParameter(name="vendor", kind=QueryText, description="Vendor.", many=True),
    QueryParameter(name="model", kind=QueryText, description="Model.", many=True),
    QueryParameter(
        name="status",
        kind=InventoryStatus,
        description="Inventory status. Without it only polled terminals are listed, with it also others.",
        many=True,
    ),
    QueryParameter(
        name="q",
        kind=QueryText,
        description="Part of the terminal id, the merchant's name or the serial number, in any case.",
    ),
    QueryParameter(name="attention", kind=bool, description="Only terminals whose health is not ok."),
)
TERMINALS = (*TERMINAL_FILTERS, CURSOR, LIMIT)

ALERT_FILTERS = (
    QueryParameter(name="state", kind=AlertState, description="`pending` or `firing`.", many=True),
    QueryParameter(name="severity", kind=Severity, description="Severity.", many=True),
    QueryParameter(name="category", kind=Category, description="Category.", many=True),
    QueryParameter(name="owner", kind=Owner, description="Who acts first.", many=True),
    QueryParameter(name="alertname", kind=QueryText, description="Name of the alert.", many=True),
    QueryParameter(name="terminal_id", kind=QueryText, description="Terminal.", many=True),
    SITE,
    REGION,
    QueryParameter(name="model", kind=QueryText, description="Model of the terminal.", many=True),
    QueryParameter(name="held", kind=bool, description="Whether something holds the alert back."),
    QueryParameter(
        name="unattended",
        kind=bool,
        description="Only critical and warning ones that fire and that nothing holds back.",
    ),
    QueryParameter(name="acknowledged_by", kind=QueryText, description="Who has acknowledged it.", many=True),
)
ALERTS = (*ALERT_FILTERS, CURSOR, LIMIT)

ACTIONS = (CURSOR, LIMIT)
DEVICE_RECORD = (CURSOR, LIMIT)
DIGEST = (
    QueryParameter(
        name="days",
        kind=Annotated[int, Meta(ge=1, le=31)],
        description="How many days before now, 1 to 31; 1 when nothing is given.",
    ),
    QueryParameter(
        name="from",
        kind=QueryText,
        description="Beginning of the period (RFC 3339); 24 hours before `to` when not given.",
    ),
    QueryParameter(
        name="to", kind=QueryText, description="End of the period (RFC 3339); now when not given."
    ),
)
HOURS = (
    SITE,
    QueryParameter(
        name="days",
        kind=Annotated[int, Meta(ge=14, le=90)],
        description="From how many days before now, 14 to 90; 28 when not given.",
    ),
    QueryParameter(
        name="timezone",
        kind=QueryText,
        description="The zone of terminals of which the inventory says none, such as `Asia/Shanghai`.",
    ),
)

REPORT = (
    QueryParameter(
        name="from",
        kind=QueryText,
        description="First day (2026-11-01) in `timezone`, or a time with its offset.",
    ),
    QueryParameter(
        name="to",
        kind=QueryText,
        description="The day or time before which the period ends; now when not given with `from`.",
    ),
    QueryParameter(
        name="month",
        kind=QueryText,
        description="A month (2026-11) instead of `from` and `to`; without all three, the last whole month.",
    ),
    QueryParameter(name="by", kind=GroupBy, description="What the rows are about; `site` when not given."),
    QueryParameter(
        name="timezone", kind=QueryText, description="IANA time zone in which days begin; UTC when not given."
    ),
)

LANGUAGE = QueryParameter(
    name="lang",
    kind=Language,
    description="Language; without it the one chosen before, or that of `Accept-Language`.",
)
PAGE = (LANGUAGE,)


class Done(StrEnum):
    """What a form did, as the page after it says."""

    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    ENDED = "ended"


DoneCount = Annotated[int, Meta(ge=0, le=MAX_LIMIT)]
NOTICE = (
    QueryParameter(name="done", kind=Done, description="What a form did just now; the page says it."),
    QueryParameter(name="count", kind=DoneCount, description="To how many it did it; with `done`."),
    QueryParameter(name="over", kind=DoneCount, description="How many were over already; with `done`."),
)
NO_FILTERS = frozenset({"lang", *(parameter.name for parameter in NOTICE)})
"""Parameters of pages that choose nothing of a listing."""

ON_CALL_PAGE = (*NOTICE, LANGUAGE)
ACTIONS_PAGE = (*ACTIONS, LANGUAGE)
REPORT_PAGE = (*REPORT, LANGUAGE)
DEVICE_RECORD_PAGE = (*DEVICE_RECORD, LANGUAGE)
DIGEST_PAGE = (*DIGEST, LANGUAGE)
TERMINALS_PAGE = (*TERMINALS, LANGUAGE)
ALERTS_PAGE = (*ALERTS, *NOTICE, LANGUAGE)
ALERTS_CSV = (*ALERT_FILTERS, LANGUAGE)
ALERT_PAGE = (
    QueryParameter(
        name="subject", kind=QueryText, description="What the alert is about, as the API has it.", needed=True
    ),
    *NOTICE,
    LANGUAGE,
)
RUNBOOK = PAGE
SITES_PAGE = (
    QueryParameter(name="q", kind=QueryText, description="Part of the site's name, in any case."),
    REGION,
    LIMIT,
    LANGUAGE,
)

SHARDS = (
    QueryParameter(
        name="shard",
        kind=Annotated[int, Meta(ge=0, lt=MOST_SHARDS)],
        description="Which part of the fleet, from 0 to `of` less 1; with `of` only.",
    ),
    QueryParameter(
        name="of",
        kind=Annotated[int, Meta(ge=1, le=MOST_SHARDS)],
        description="Into how many parts the fleet is divided; a terminal is always in the same of them.",
    ),
)

RELOAD = (
    QueryParameter(
        name="confirm_shrink",
        kind=bool,
        description="Take an inventory that has lost more terminals than `inventory.max_shrink` allows.",
    ),
)
