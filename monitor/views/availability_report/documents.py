"""The documents of a report on availability."""

from msgspec import Struct, field


class RepairTimesDocument(Struct, kw_only=True):
    """Seconds down of outages that ended in the period; null where none did."""

    mean: float | None
    median: float | None
    p90: float | None


class AvailabilityRowDocument(Struct, kw_only=True):
    """One row: a terminal, or all that was in one site, merchant, region or model.

    `seconds` has every state: `unmonitored unknown closed planned down impaired up`. `availability` is (up +
    impaired) over (up + impaired + down), `service_level` up over the same, `coverage` what is known over
    everything; all are shares (0-1), null where there is nothing to divide by. `availability_bounds` are what
    availability can have been at least and at most.
    """

    key: str
    terminals: int
    seconds: dict[str, int]
    availability: float | None
    service_level: float | None
    coverage: float | None
    availability_bounds: tuple[float, float] | None
    outages: int
    mttr_seconds: RepairTimesDocument
    mtta_seconds: float | None
    mtbf_seconds: float | None


class CauseDocument(Struct, kw_only=True):
    """What one cause cost: outages that began, and seconds down or impaired; `cause` is "" where unknown."""

    cause: str
    outages: int
    seconds: int


class LateWindowDocument(Struct, kw_only=True):
    """A window that was declared after the work that it excuses had begun."""

    name: str
    by: str
    comment: str
    declared_at: str
    begin: str
    end: str


class AvailabilityReportDocument(Struct, kw_only=True):
    """A report: every second of each terminal from `since` to before `until` is in exactly one state.

    `worst` are the terminals that lost most open time, `by_cohort` has model and firmware. `history_begins`
    is null where nothing is recorded; `unreadable_rows` of the store were damaged and left out.
    """

    since: str = field(name="from")
    until: str = field(name="to")
    by: str
    timezone: str
    generated_at: str
    version: str
    rows: list[AvailabilityRowDocument]
    total: AvailabilityRowDocument
    worst: list[AvailabilityRowDocument]
    by_cause: list[CauseDocument]
    by_cohort: list[AvailabilityRowDocument]
    late_windows: list[LateWindowDocument]
    history_begins: str | None
    unreadable_rows: int
