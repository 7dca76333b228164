"""What a report must say, by looking at every step of time: slow, and too simple to be wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from monitor.domain.availability.facts import Episode, EpisodeKind, Profile, ProfileFrom, Watch
from monitor.domain.availability.states import ServiceState
from monitor.domain.calendars.opening_hours import parse_opening_hours

BEFORE_CLOSING_S = 3600
AFTER_OPENING_S = 900


@dataclass(frozen=True, kw_only=True)
class History:
    """Facts about one terminal; `planned` are spans that a window excuses, `link` those without a link."""

    profiles: Sequence[ProfileFrom]
    episodes: Sequence[Episode] = ()
    watches: Sequence[Watch] = ()
    planned: Sequence[tuple[int, int]] = ()
    link: Sequence[tuple[int, int]] = ()
    now: int = field(kw_only=True)

    def profile_at(self, at: int) -> Profile | None:
        """Return what the terminal was."""
        found = None
        for one in self.profiles:
            if one.since <= at:
                found = one.profile
        return found

    def ended(self, episode: Episode) -> int:
        """Return when an episode ended, or now."""
        return self.now if episode.ended is None else episode.ended

    def covering(self, at: int, kind: EpisodeKind) -> list[Episode]:
        """Return the episodes of a kind under way."""
        return [one for one in self.episodes if one.kind is kind and one.began <= at < self.ended(one)]


@cache
def is_open(profile: Profile, at: int) -> bool:
    """Tell whether clocks on the wall of the shop show opening hours; without hours it never closes."""
    if not profile.opening_hours or not profile.timezone:
        return True
    hours, zone = parse_opening_hours(profile.opening_hours), ZoneInfo(profile.timezone)
    here = datetime.fromtimestamp(at, UTC).astimezone(zone)
    for back in (0, 1):
        day = here.date() - timedelta(days=back)
        for start, end in hours.on(day):
            first = _first(day, start, zone)
            last = _last(day, end, zone)
            if first <= at < last:
                return True
    return False


@cache
def _first(day: date, minute: int, zone: ZoneInfo) -> float:
    return min(_moments(day, minute, zone))


@cache
def _last(day: date, minute: int, zone: ZoneInfo) -> float:
    return max(_moments(day, minute, zone))


def _moments(day: date, minute: int, zone: ZoneInfo) -> list[float]:
    """Return the seconds at which a clock shows a time; where it skips it, the first after the gap."""
    shown = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    around = shown.replace(tzinfo=UTC).timestamp()
    seconds = range(int(around) - 16 * 3600, int(around) + 16 * 3600, 60)
    showing = [at for at in seconds if datetime.fromtimestamp(at, zone).replace(tzinfo=None) == shown]
    if showing:
        return [float(at) for at in showing]
    return [
        float(next(at for at in seconds if datetime.fromtimestamp(at, zone).replace(tzinfo=None) > shown))
    ]


def explained(history: History, profile: Profile, episode: Episode, step: int) -> bool:
    """Tell whether an outage fits into one closed time with its margins."""
    began, ended = episode.began, history.ended(episode)
    closed = [at for at in range(began - began % step, ended, step) if not is_open(profile, at)]
    if not closed:
        return False
    closing = opening = closed[0]
    while not is_open(profile, closing - step):
        closing -= step
    while not is_open(profile, opening):
        opening += step
    return closing - BEFORE_CLOSING_S <= began and ended <= opening + AFTER_OPENING_S


def state_at(history: History, at: int, step: int) -> ServiceState:
    """Return the first state that applies."""
    profile = history.profile_at(at)
    if profile is None or not any(one.began <= at < one.ended for one in history.watches):
        return ServiceState.UNMONITORED
    down = history.covering(at, EpisodeKind.DOWN)
    if history.covering(at, EpisodeKind.UNKNOWN) or (down and _within(at, history.link)):
        return ServiceState.UNKNOWN
    if not is_open(profile, at):
        return ServiceState.CLOSED
    if profile.maintenance or _within(at, history.planned):
        return ServiceState.PLANNED
    if down:
        return ServiceState.CLOSED if explained(history, profile, down[0], step) else ServiceState.DOWN
    return ServiceState.IMPAIRED if history.covering(at, EpisodeKind.IMPAIRED) else ServiceState.UP


def seconds_of(history: History, since: int, until: int, *, step: int = 1) -> Counter[ServiceState]:
    """Return the seconds in each state; every time in the history must be a multiple of `step`."""
    counts: Counter[ServiceState] = Counter()
    for at in range(since, until, step):
        counts[state_at(history, at, step)] += min(step, until - at)
    return counts


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= at < end for begin, end in spans)
