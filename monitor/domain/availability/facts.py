"""What is recorded for good about the time of terminals: facts that no later declaration changes.

All times are whole unix seconds. An episode holds from `began` to before `ended`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from monitor.domain.inventory.terminal import InventoryStatus, Terminal


def second_of(wall: float) -> int:
    """Return the second (unix time) in which a moment lies."""
    return int(wall // 1)


class EpisodeKind(StrEnum):
    """What was the matter."""

    DOWN = "down"
    """From the last good poll to the first good one; of a site, from when it was lost until it was back."""
    IMPAIRED = "impaired"
    """`about` is the alert that says what it could not do."""
    UNKNOWN = "unknown"
    """Nothing could be said of it; of the fleet, posmon's own link was down."""


class EpisodeKey(NamedTuple):
    """The identity of an episode."""

    subject: str
    kind: EpisodeKind
    about: str
    began: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A time in which something was the matter with `subject`: a terminal's id, `/site/NAME` or `/fleet`.

    `ended` is None while it goes on. `cause` is the likeliest one in posmon's words, "" where nobody knows;
    `fired` is when its alert was confirmed, `acked` when somebody acknowledged that.
    """

    subject: str
    kind: EpisodeKind
    about: str = ""
    began: int
    ended: int | None = None
    cause: str = ""
    fired: int | None = None
    acked: int | None = None

    @property
    def key(self) -> EpisodeKey:
        """What it is known by, open or over."""
        return EpisodeKey(self.subject, self.kind, self.about, self.began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where and what a terminal is, as far as reports ask: equal ones are stored once.

    The rules of its hours are part of it as they were written, so that a later inventory does not change
    when its shop was closed. `maintenance` is the inventory's status.
    """

    site: str = ""
    merchant_id: str = ""
    region: str = ""
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    opening_hours: str = ""
    timezone: str = ""
    calendar: str = ""
    maintenance: bool = False


def profile_of(terminal: Terminal, *, model: str, firmware: str) -> Profile:
    """Return the profile of an inventory row with what the device says of itself."""
    return Profile(
        site=terminal.site,
        merchant_id=terminal.merchant_id,
        region=terminal.region,
        vendor=terminal.vendor,
        model=model,
        firmware=firmware,
        opening_hours=terminal.opening_hours,
        timezone=terminal.timezone,
        calendar=terminal.calendar if terminal.opening_hours else "",
        maintenance=terminal.status is InventoryStatus.MAINTENANCE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFrom:
    """The profile that a terminal has from a second on; None: it is not watched any more."""

    terminal_id: str
    since: int
    profile: Profile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A time in which posmon ran; `ended` moves on while it does."""

    began: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """A window of planned work as it was declared; see `PlannedWindow`.

    Once from `begin` until `end`, or again and again as `every` says by the clocks of `zone`, "site" for that
    of each terminal. `by` is who declared it, "" for the configuration. `length_s` is of a flexible one.
    """

    name: str
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    every: str = ""
    begin: int | None = None
    end: int | None = None
    zone: str = "site"
    excuses_sla: bool = True
    comment: str = ""
    by: str = ""
    length_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRule:
    """A calendar with its holidays worked out, so that a later package or file does not change the past.

    Days are ISO dates; `worked` has the weekday (Monday is 0) that each make-up day stands for.
    """

    name: str
    holidays: tuple[str, ...] = ()
    worked: Mapping[str, int] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    hours: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A window or calendar from when posmon knew of it until it was gone; None: it still is.

    `id` tells apart windows of one name.
    """

    id: str
    since: int
    until: int | None = None
    rule: WindowRule | CalendarRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChanges:
    """Facts that are new since the last record; they become durable with it."""

    episodes: Sequence[Episode] = ()
    profiles: Sequence[ProfileFrom] = ()
    watches: Sequence[Watch] = ()
    rules: Sequence[RuleInForce] = ()

    def __bool__(self) -> bool:
        return bool(self.episodes or self.profiles or self.watches or self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityMemory:
    """What the run before has left: episodes that go on, the latest profile of each terminal, rules in force.

    `watched_until` is when that run was last known to run, None when there was none.
    """

    episodes: Sequence[Episode] = ()
    profiles: Sequence[ProfileFrom] = ()
    rules: Sequence[RuleInForce] = ()
    watched_until: int | None = None
