"""The JSON documents of the API, as its clients decode them.

Only msgspec and the domain are imported here, so that the command line starts quickly. Timestamps
are RFC 3339 in UTC. What is not known is null. Clients ignore keys they do not know.
"""

from msgspec import UNSET, Struct, UnsetType, field

from monitor.domain.alerts.alert import AlertState, Category, Severity
from monitor.domain.events.event import EventType
from monitor.domain.events.field_types import (
    AmountMinor,
    CardToken,
    Currency,
    EventId,
    EventTime,
    OperatorId,
    ResponseCodeText,
)
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.heartbeat.reading import PrinterStatus, Reading, RegistrationStatus
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100


class Summary(Struct, kw_only=True):
    """How many terminals have each health."""

    ok: int = 0
    warning: int = 0
    critical: int = 0
    unknown: int = 0


class TerminalRow(Struct, kw_only=True):
    """One terminal at a glance.

    `battery_percent`, `printer` and `registration` are as last heard, also while it is offline.
    `alerts` are the names of its firing alerts, `pending` of those not yet confirmed, worst first.
    `why` is what the worst firing alert says (`why_zh` in Chinese) and `since` when its condition began;
    "" and null when nothing fires. `expected_off_until` is set for a terminal that is off because its shop is
    closed: a quarter of an hour after that opens. `vendor` and `model` are the inventory's, else the
    terminal's own words.
    """

    terminal_id: str
    site: str
    health: Health
    connectivity: Connectivity
    battery_percent: float | None
    printer: PrinterStatus | None
    registration: RegistrationStatus | None
    last_heartbeat_at: str | None
    alerts: list[str]
    pending: list[str] = []
    why: str = ""
    why_zh: str = ""
    since: str | None = None
    expected_off_until: str | None = None
    status: InventoryStatus = InventoryStatus.IN_SERVICE
    merchant_name: str = ""
    region: str = ""
    vendor: str = ""
    model: str = ""


class TerminalPage(Struct, kw_only=True):
    """Terminals in the order of their ids.

    `summary` counts all terminals that match the filters other than `health` and `attention`; it is
    there on the first page only. `next_cursor` is the `cursor` of the next page, null on the last.
    """

    summary: Summary | None
    terminals: list[TerminalRow]
    next_cursor: str | None = None


class HoldDocument(Struct, kw_only=True):
    """One thing that holds an alert back.

    `reason` is one of `status fleet site parent source conflict flapping closed window silence acknowledged`.
    `by` names the alert, silence, window or acknowledgement, `words` say it for people. `until` is null when
    it is not known. `author` and `comment` are those of the person who holds it, "" where none does.
    """

    reason: str
    by: str
    words: str
    until: str | None
    author: str = ""
    comment: str = ""


class TicketDocument(Struct, kw_only=True):
    """A ticket that tells of an alert; `number` is what people call it, `url` where they see it, if known."""

    receiver: str
    id: str
    number: str
    url: str


class ContactDocument(Struct, kw_only=True):
    """Somebody to call; `dial` is the number as a link has it, "" without one."""

    name: str
    role: str
    phone: str
    dial: str
    email: str
    note: str


class SpareDocument(Struct, kw_only=True):
    """A spare terminal near by."""

    terminal_id: str
    model: str
    serial_number: str
    site: str
    region: str


class PlanDocument(Struct, kw_only=True):
    """What to do in an emergency: whom to call, who acts first before others; spares; the first steps."""

    contacts: list[ContactDocument]
    spares: list[SpareDocument]
    steps: list[str] = []
    steps_zh: list[str] = []


class AlertDocument(Struct, kw_only=True):
    """One open alert.

    `subject` is a terminal id, `/site/NAME`, `/fleet` or `/posmon`. `starts_at` is when the condition
    began, `fired_at` when it was confirmed. `held` is all that keeps it from being sent, and `suppressed_by`
    names the first of it: another alert, a silence, or `status` and the terminal's inventory status.
    """

    alertname: str
    subject: str
    severity: Severity
    category: Category
    state: AlertState
    starts_at: str
    fired_at: str | None
    suppressed_by: str | None
    labels: dict[str, str]
    annotations: dict[str, str]
    held: list[HoldDocument] = []
    tickets: list[TicketDocument] = []
    plan: PlanDocument | None = None


class AlertPage(Struct, kw_only=True):
    """Open alerts, the loudest first, then by subject and name; `next_cursor` as in TerminalPage."""

    alerts: list[AlertDocument]
    next_cursor: str | None = None


class SilenceRequest(Struct, kw_only=True):
    """What is sent to make a silence.

    `match` has a text or a list of texts for each key; `until` and `from` are times with their offset. It
    begins now where `from` is not given. `confirm` is needed where it concerns much of the fleet, or nothing.
    `by` names the author where posmon asks for no token.
    """

    match: dict[str, str | list[str]]
    until: str
    comment: str
    starts_at: str | UnsetType = field(default=UNSET, name="from")
    confirm: bool = False
    by: str = ""


class SilenceDocument(Struct, kw_only=True):
    """One silence; `matched` counts the open alerts that it matches now.

    `says` is the match for people. `origin` is `posmon`, or the Alertmanager in which it was made.
    """

    id: str
    match: dict[str, list[str]]
    says: str
    starts_at: str
    until: str
    by: str
    comment: str
    matched: int
    origin: str = "posmon"


class SilencePage(Struct, kw_only=True):
    """All silences in force or to come; `now` is posmon's clock."""

    silences: list[SilenceDocument]
    now: str


class WindowRequest(Struct, kw_only=True):
    """What is sent to open a window of planned work: once (`until`, and `from` or now), or again (`every`).

    `every` is written as in `Mo-Su 02:00-04:00`, by the clock of `timezone` or of each site. The other keys
    are as in SilenceRequest.
    """

    match: dict[str, str | list[str]]
    comment: str
    name: str = ""
    every: str = ""
    until: str = ""
    starts_at: str | UnsetType = field(default=UNSET, name="from")
    timezone: str = ""
    excuses_sla: bool = True
    confirm: bool = False
    by: str = ""


class WindowDocument(Struct, kw_only=True):
    """One window of planned work. `origin` is `posmon`, or `configuration`: only the file changes that.

    `active_until` is until when it is in force by the clock of the zone it names (UTC for each site's own),
    null while it is not; `next_start` is when it begins next. `every` is "" for one that is once.
    `length_s` is that of a flexible window: it holds each alert for so long from its beginning.
    """

    id: str
    name: str
    match: dict[str, list[str]]
    says: str
    every: str
    timezone: str
    starts_at: str | None
    until: str | None
    active_until: str | None
    next_start: str | None
    excuses_sla: bool
    by: str
    comment: str
    matched: int
    length_s: float | None = None
    origin: str = "posmon"


class WindowPage(Struct, kw_only=True):
    """All windows, those in force first; `now` is posmon's clock."""

    windows: list[WindowDocument]
    now: str


class AcknowledgementRequest(Struct, kw_only=True):
    """What is sent to acknowledge one alert, named by labels or `subject`, or all that a `ticket` tells of.

    With `starts_at` only the alert that began then is meant. Without `until` it ends with the alert.
    """

    alertname: str = ""
    ticket: str | int = ""
    terminal_id: str = ""
    site: str = ""
    region: str = ""
    source: str = ""
    card: str = ""
    subject: str = ""
    starts_at: str = ""
    until: str = ""
    comment: str = ""
    outlives_recovery_minutes: float = 0.0
    by: str = ""


class AcknowledgementDocument(Struct, kw_only=True):
    """One acknowledgement; `until` is null when it ends with its alert.

    `others` are the ids of those that the same request made: a ticket may tell of several alerts.
    """

    id: str
    alertname: str
    subject: str
    starts_at: str
    at: str
    until: str | None
    by: str
    comment: str
    others: list[str] = []


class AcknowledgementPage(Struct, kw_only=True):
    """All acknowledgements in force; `now` is posmon's clock."""

    acks: list[AcknowledgementDocument]
    now: str


class ActionDocument(Struct, kw_only=True):
    """One thing that somebody did: `what` is `silence.add`, `ack.end` and the like.

    `via` is `api cli page webhook`, or `posmon` where it ended by itself. `target` is an id, `matched` how
    many open alerts it concerned then.
    """

    number: int
    at: str
    by: str
    via: str
    what: str
    target: str
    comment: str
    matched: int
    details: dict[str, str]


class ActionPage(Struct, kw_only=True):
    """Actions, newest first; `next_cursor` as in TerminalPage."""

    actions: list[ActionDocument]
    next_cursor: str | None = None


class SourceDocument(Struct, kw_only=True):
    """One source. `state` is `up`, `down`, or `unknown` before it was asked.

    `result` and `detail` are those of the latest round; `unreadable_fields` the fields that could not be read
    of some terminal. `not_in_inventory` counts terminals that the source names and no row of the inventory,
    with some of their ids (the source's own) in `not_in_inventory_ids`; with `discover` they are watched.
    `not_listed` counts the reverse, with some ids in `not_listed_ids`, once the source has given its whole
    list.
    """

    name: str
    kind: str
    state: str
    result: str
    detail: str
    terminals: int
    interval_seconds: float
    last_success_at: str | None = None
    unreadable_fields: list[str] = []
    not_in_inventory: int = 0
    not_in_inventory_ids: list[str] = []
    not_listed: int = 0
    not_listed_ids: list[str] = []
    discover: bool = False


class SourcePage(Struct, kw_only=True):
    """All sources; `now` is posmon's clock."""

    sources: list[SourceDocument]
    now: str


class ParentDocument(Struct, kw_only=True):
    """One thing that terminals hang on. `state` is `up`, `down`, or `unknown` before it was asked.

    `parents` are what it hangs on itself, and `needs` says whether it needs `any` or `all` of them, "" where
    there are none. `endpoint` is its host and port only, "" for a group, which is down when its parents are,
    and for a source. `result` and `detail` are those of the last poll. `since` is the last moment at which
    one that is down was known to be reachable. `terminals` hang on it, directly or not, `terminals_down` of
    them are down.
    """

    name: str
    state: str
    endpoint: str
    parents: list[str]
    needs: str
    result: str
    detail: str
    since: str | None
    terminals: int
    terminals_down: int


class ParentPage(Struct, kw_only=True):
    """All parents; `now` is posmon's clock."""

    parents: list[ParentDocument]
    now: str


class ParentState(Struct, kw_only=True):
    """A thing that a terminal hangs on; `state` as in ParentDocument."""

    name: str
    state: str


class TransitionDocument(Struct, kw_only=True):
    """One committed step of an alert; `summary` is what the alert said then, `summary_zh` in Chinese."""

    alertname: str
    severity: Severity
    previous: AlertState
    state: AlertState
    at: str
    starts_at: str
    summary: str
    summary_zh: str = ""


class NextStep(Struct, kw_only=True):
    """What to do about an open alert, in English and Chinese."""

    alertname: str
    action: str
    action_zh: str


class LastPoll(Struct, kw_only=True):
    """How the last poll ended; `detail` is a phrase for people, `failures` are in a row."""

    outcome: Outcome
    detail: str
    at: str
    duration_s: float
    failures: int


class TerminalDetail(TerminalRow, kw_only=True):
    """Everything known of one terminal.

    `endpoint` is its host and port only. `reading` is the last good heartbeat of its own; `unreadable` has a
    phrase for each field of it that is unknown because it could not be read, and for faults of its events;
    `facts` say the same in words, most telling first. `claimed_id` is whose answer came last, when it was
    not its own. `recent_polls` are the last ones, oldest first, true = good; those during an outage of the
    whole site or fleet are left out. `history` is newest first. `parents` are what it hangs on, and what
    these hang on.
    """

    merchant_id: str
    serial_number: str
    contact: str
    plan: PlanDocument | None
    dialect: str
    endpoint: str
    claimed_id: str
    clock_skew_s: float | None
    last_poll: LastPoll | None
    recent_polls: list[bool]
    reading: Reading | None
    unreadable: list[str]
    facts: dict[str, str]
    open_alerts: list[AlertDocument]
    next_steps: list[NextStep]
    history: list[TransitionDocument]
    parents: list[ParentState] = []


class TerminalCounts(Struct, kw_only=True):
    """Watched terminals by connectivity, and inventory rows that are not polled.

    `closed` are those of the offline ones that are off because their shops are closed.
    """

    watched: int
    online: int
    offline: int
    unknown: int
    unpolled: int
    closed: int = 0


class SeverityCounts(Struct, kw_only=True):
    """Alerts by severity; the watchdog, which has none, is left out."""

    critical: int = 0
    warning: int = 0
    info: int = 0


class AlertCounts(Struct, kw_only=True):
    """Open alerts by state; `suppressed` are the firing ones that are not sent."""

    firing: SeverityCounts
    pending: SeverityCounts
    suppressed: int


class SiteRow(Struct, kw_only=True):
    """One site; `outage` is the state of its SiteOffline alert, null when there is none."""

    site: str
    region: str
    terminals: int
    offline: int
    summary: Summary
    outage: AlertState | None


class ReloadState(Struct, kw_only=True):
    """How the last attempt to take in configuration and inventory ended, and when."""

    successful: bool
    attempted_at: str | None
    succeeded_at: str | None


class PollingFigures(Struct, kw_only=True):
    """What became of all polls since the start.

    The quantiles are estimated from histogram buckets, in seconds; null before the first poll.
    """

    results: dict[str, int]
    skipped: dict[str, int]
    in_flight: int
    connections_kept: int
    duration_p50_s: float | None
    duration_p99_s: float | None
    lateness_p99_s: float | None


class StatusDocument(Struct, kw_only=True):
    """The whole fleet at a glance.

    `sites` are the worst ones, worst first, at most ten. `fleet_outage` is the FleetUnreachable
    alert. `outbox_entries` are notifications that wait to be sent. `parents_down` are the parents that are
    down of themselves, at most ten.
    """

    summary: Summary
    version: str
    ready: bool
    now: str
    started_at: str
    terminals: TerminalCounts
    alerts: AlertCounts
    fleet_outage: AlertDocument | None
    sites: list[SiteRow]
    last_reload: ReloadState
    polling: PollingFigures
    outbox_entries: int
    parents_down: list[str] = []


class ReloadDocument(Struct, kw_only=True):
    """What a reload did to the watched inventory."""

    added: int
    removed: int
    changed: int


class RejectedItem(Struct, kw_only=True):
    """One pushed item that was not taken: its index from 0 (of a body of lines, its line), and why."""

    index: int
    reason: str


class PushReceipt(Struct, kw_only=True):
    """What became of a push; a duplicate is an event that was counted before.

    `unreadable` are fields of accepted heartbeats that are unknown because they could not be read. It is left
    out when there are none.
    """

    accepted: int = 0
    duplicates: int = 0
    rejected: list[RejectedItem] = []
    unreadable: list[RejectedItem] | UnsetType = UNSET


class PushedEvent(Struct, kw_only=True):
    """One event as it is pushed; which fields there are depends on its type."""

    id: EventId
    at: EventTime
    type: EventType
    response_code: ResponseCodeText | None = None
    card_token: CardToken | None = None
    operator_id: OperatorId | None = None
    amount_minor: AmountMinor | None = None
    currency: Currency | None = None
    success: bool | None = None


class PushedEvents(Struct, kw_only=True):
    """What is sent to `/api/v1/events`."""

    terminal_id: str
    events: list[PushedEvent]


class HeartbeatDocument(Reading, kw_only=True, omit_defaults=True):
    """A heartbeat as a terminal answers or pushes it; only `terminal_id` is required."""

    events: list[PushedEvent] = field(default_factory=list)


class FaultDocument(Struct, kw_only=True):
    """One thing wrong in a configuration or inventory; `line` counts from 1."""

    source: str
    line: int | None
    field: str | None
    reason: str


class Problem(Struct, kw_only=True, omit_defaults=True):
    """An error (RFC 9457). `faults` is there when a document was refused."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    faults: list[FaultDocument] = []
