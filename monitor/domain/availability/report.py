"""A report on availability: what is asked, and the rows that answer."""

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.domain.availability.states import StateSeconds

BOUNDS_BELOW = 0.95
"""With less coverage than this share, a figure is not shown without its bounds."""

WORST_LISTED = 10


class GroupBy(StrEnum):
    """What the rows of a report are about."""

    TERMINAL = "terminal"
    SITE = "site"
    MERCHANT = "merchant"
    REGION = "region"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """A period from `since` to before `until` (unix seconds), and what its rows are about.

    `timezone` is the IANA zone in which days begin: the report names it.
    """

    since: int
    until: int
    by: GroupBy = GroupBy.SITE
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairTimes:
    """Seconds from the beginning to the end of outages that ended in the period; None where none did.

    Only seconds in the state `down` count: a night in which the shop is closed repairs nothing. `p90` is the
    time that nine of ten outages did not exceed (nearest rank).
    """

    mean: float | None = None
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityRow:
    """One row: a terminal, or all that was in one site, merchant, region or model.

    `key` is the id or name, "" for terminals that the inventory gives none; those of `by_cohort` are model
    and firmware with a space between. `outages` are those that began in the period. Where the row is about a
    site, or about what is made of whole sites (merchant, region), an outage of a whole site is one outage.
    `mtta_s` is the mean time from firing to acknowledgement of those that were acknowledged. `mtbf_s` is up
    time over `outages`. Both are None where there is none. `terminals` is how many terminals the row sums up.
    """

    key: str
    seconds: StateSeconds
    outages: int = 0
    mttr: RepairTimes = field(default_factory=RepairTimes)
    mtta_s: float | None = None
    terminals: int = 1

    @property
    def availability(self) -> float | None:
        """Share (0-1); None is shown as a dash, never as 0 or 100 %."""
        return self.seconds.availability

    @property
    def service_level(self) -> float | None:
        """Share (0-1) with impaired counted as bad, else as `availability`."""
        return self.seconds.service_level

    @property
    def coverage(self) -> float | None:
        """Share (0-1) of the seconds of which posmon can say what they were."""
        return self.seconds.coverage

    @property
    def availability_bounds(self) -> tuple[float, float] | None:
        """The lowest and highest that availability can have been."""
        return self.seconds.availability_bounds

    @property
    def needs_bounds(self) -> bool:
        """Whether the figure is not to be shown without its bounds."""
        return self.coverage is not None and self.coverage < BOUNDS_BELOW

    @property
    def mtbf_s(self) -> float | None:
        """Seconds up, impaired ones among them, for each outage."""
        return (self.seconds.up + self.seconds.impaired) / self.outages if self.outages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """What one cause cost: outages that began, and seconds down or impaired.

    `cause` is a value of `Cause`, the name of the alert whose name is its cause, or "" where nobody knows.
    """

    cause: str
    outages: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateWindow:
    """A window that was declared after work had begun: it changes the report, and never what was recorded.

    All times are unix seconds; `begin` to `end` is what of it was excused before `declared_at`.
    """

    name: str
    by: str
    comment: str
    declared_at: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSummary:
    """What a report says beside its rows.

    `total` sums up all rows. `worst` are up to WORST_LISTED terminals that lost most open seconds (down), the
    worst first; a terminal that lost none is not among them. `by_cause` and `by_cohort` (model and firmware)
    begin with what cost most. `first_second` is when posmon's history begins (unix seconds), None without
    any. `longest_interval_s` is None or the error that either end of an outage may have. `unreadable` rows of
    the store were damaged and left out.
    """

    total: AvailabilityRow
    worst: tuple[AvailabilityRow, ...] = ()
    by_cause: tuple[CauseRow, ...] = ()
    by_cohort: tuple[AvailabilityRow, ...] = ()
    late_windows: tuple[LateWindow, ...] = ()
    first_second: int | None = None
    unreadable: int = 0
