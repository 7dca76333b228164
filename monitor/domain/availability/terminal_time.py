"""What became of every second of one terminal in a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.domain.availability.facts import Episode, EpisodeKind, Profile, ProfileFrom
from monitor.domain.availability.spans import Spans, clipped, common, merged, without
from monitor.domain.availability.states import StateSeconds
from monitor.domain.availability.timeline import Timeline, Timelines


class ProfileTime(NamedTuple):
    """The seconds that a terminal spent with one profile."""

    profile: Profile
    seconds: StateSeconds


class TerminalOutage(NamedTuple):
    """An outage that has at least one second in the state `down`.

    `first` is the first of these, wherever it lies; `repair_s` is how many there are, in the period or
    beside it, and None while the outage goes on after the period.
    """

    episode: Episode
    profile: Profile
    timeline: Timeline
    first: int
    repair_s: int | None


@dataclass(slots=True)
class TerminalTime:
    """One terminal's seconds by profile, those outside the inventory, and its outages.

    `lost` has the seconds down, or impaired, by cause.
    """

    outside: int = 0
    by_profile: list[ProfileTime] = field(default_factory=list)
    outages: list[TerminalOutage] = field(default_factory=list)
    lost: list[tuple[str, int]] = field(default_factory=list)


class TerminalClock:
    """Divides the seconds of terminals, one terminal after the other.

    `own_link` are the times in which posmon's own link was down: a terminal that was down then is unknown.
    An episode that goes on lasts until `now`.
    """

    def __init__(self, timelines: Timelines, *, since: int, until: int, now: int, own_link: Spans) -> None:
        self._timelines = timelines
        self._since, self._until, self._now = since, until, now
        self._own_link = own_link

    def divide(self, profiles: Iterable[ProfileFrom], episodes: Sequence[Episode]) -> TerminalTime:
        """Return the seconds of one terminal: what it was, from when on, and what was the matter with it."""
        time = TerminalTime()
        trouble = self._trouble(episodes) if episodes else None
        for begin, end, one in self._pieces(profiles):
            if one.profile is None:
                time.outside += end - begin
                continue
            timeline = self._timelines.of(one.profile, one.terminal_id)
            seconds = _untroubled(timeline, begin, end)
            if trouble is not None:
                seconds = _troubled(seconds, trouble, _Piece(timeline, begin, end), time.lost)
                self._add_outages(trouble, one, begin, end, time)
            time.by_profile.append(ProfileTime(one.profile, seconds))
        return time

    def _pieces(self, profiles: Iterable[ProfileFrom]) -> list[tuple[int, int, ProfileFrom]]:
        pieces: list[tuple[int, int, ProfileFrom]] = []
        reached = self._since
        latest = ProfileFrom(terminal_id="", since=self._since, profile=None)
        for one in profiles:
            if one.since > reached:
                end = min(one.since, self._until)
                pieces.append((reached, end, latest))
                reached = end
            latest = one
        if reached < self._until:
            pieces.append((reached, self._until, latest))
        return pieces

    def _trouble(self, episodes: Sequence[Episode]) -> "_Trouble":
        down = [(one, self._span(one)) for one in episodes if one.kind is EpisodeKind.DOWN]
        unknown = [self._span(one) for one in episodes if one.kind is EpisodeKind.UNKNOWN]
        if self._own_link:
            unknown += common(merged(span for _, span in down), self._own_link)
        impaired = [(one, self._span(one)) for one in episodes if one.kind is EpisodeKind.IMPAIRED]
        return _Trouble(unknown=merged(unknown), down=down, impaired=impaired)

    def _span(self, episode: Episode) -> tuple[int, int]:
        ended = self._now if episode.ended is None else episode.ended
        return episode.began, max(episode.began, ended)

    def _add_outages(
        self, trouble: "_Trouble", one: ProfileFrom, begin: int, end: int, time: TerminalTime
    ) -> None:
        """Add the outages that began in a piece of the terminal's time, or were there at its start."""
        assert one.profile is not None  # noqa: S101 - asked by the caller
        for episode, span in trouble.down:
            is_here = begin <= span[0] < end or (span[0] < begin == self._since and begin < span[1])
            if not is_here:
                continue
            timeline = self._timelines.of(one.profile, one.terminal_id, back_to=span[0])
            pieces = without([span], trouble.unknown)
            first = next(filter(None, (timeline.judged.first(*piece) for piece in pieces)), None)
            if first is None or timeline.explains(*span):
                continue
            is_over = episode.ended is not None and episode.ended <= self._until
            repair_s = timeline.judged.of(pieces) if is_over else None
            time.outages.append(TerminalOutage(episode, one.profile, timeline, first, repair_s))


class _Trouble(NamedTuple):
    """What was the matter with a terminal. An outage that goes on ends now."""

    unknown: Spans
    down: list[tuple[Episode, tuple[int, int]]]
    impaired: list[tuple[Episode, tuple[int, int]]]


class _Piece(NamedTuple):
    """A time in which a terminal had one profile."""

    timeline: Timeline
    begin: int
    end: int


def _troubled(
    seconds: StateSeconds, trouble: _Trouble, piece: _Piece, lost: list[tuple[str, int]]
) -> StateSeconds:
    """Move seconds to the states that go before `up`, the first that applies; add what is lost to `lost`."""
    timeline, begin, end = piece
    unknown = clipped(trouble.unknown, begin, end)
    taken: Spans = unknown
    closed = down = impaired = 0
    for episode, span in trouble.down:
        pieces = without(clipped([span], begin, end), taken)
        here = timeline.judged.of(pieces)
        taken = merged([*taken, *pieces])
        if here and timeline.explains(*span):
            closed += here
        elif here:
            down += here
            lost.append((episode.cause, here))
    for episode, span in trouble.impaired:
        pieces = without(clipped([span], begin, end), taken)
        if here := timeline.judged.of(pieces):
            impaired += here
            lost.append((episode.about, here))
        taken = merged([*taken, *pieces])
    return StateSeconds(
        unmonitored=seconds.unmonitored,
        unwatched=seconds.unwatched,
        unknown=timeline.watched.of(unknown),
        closed=seconds.closed - timeline.closed.of(unknown) + closed,
        planned=seconds.planned - timeline.planned.of(unknown),
        down=down,
        impaired=impaired,
        up=seconds.up - timeline.judged.of(unknown) - closed - down - impaired,
    )


def _untroubled(timeline: Timeline, begin: int, end: int) -> StateSeconds:
    unwatched = end - begin - timeline.watched.within(begin, end)
    return StateSeconds(
        unmonitored=unwatched,
        unwatched=unwatched,
        closed=timeline.closed.within(begin, end),
        planned=timeline.planned.within(begin, end),
        up=timeline.judged.within(begin, end),
    )
