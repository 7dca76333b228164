"""From the results of polls to the episodes of terminals."""

from typing import NamedTuple

from monitor.domain.availability.episode_book import EpisodeBook
from monitor.domain.availability.facts import Episode, EpisodeKind, second_of
from monitor.domain.availability.profile_book import ProfileBook
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

OFFLINE = "TerminalOffline"
FAILURES_IF_UNSAID = 2
"""So many failed polls in a row are an outage where no rule for TerminalOffline says how many."""


class _Lapse(NamedTuple):
    """Failed polls that are no outage; `ended` by a good poll, after which more may follow."""

    began: int
    ended: int | None = None


class PollFacts:
    """Begins and ends the outages of terminals, and the times in which nothing is known of one.

    An outage is as many failed polls in a row as the terminal's rule for TerminalOffline asks, from the last
    good poll to the first good one. Where fewer failed, nothing is known between the good ones around them.
    `heeded` are the terminals whose next result must come here though that is good.
    """

    def __init__(self, episodes: EpisodeBook, profiles: ProfileBook) -> None:
        self.heeded: set[str] = set()
        self._episodes = episodes
        self._profiles = profiles
        self._lapses: dict[str, _Lapse] = {}
        self._not_before = 0

    def settle(self, at: int) -> None:
        """Begin no episode before `at`, the start of this run: what came before it is recorded or unknown."""
        self._not_before = at

    def polled(self, watched: WatchedTerminal, now: Instant) -> None:
        """Take a result of a terminal that was or is down, or is heeded; after the terminal has taken it."""
        terminal_id, at = watched.terminal.terminal_id, second_of(now.wall)
        if terminal_id in self.heeded:
            self.heeded.discard(terminal_id)
            self._meet(watched)
            self._episodes.end(terminal_id, EpisodeKind.UNKNOWN, at)
        if watched.failures:
            self._failed(watched, terminal_id)
            return
        self._episodes.end(terminal_id, EpisodeKind.DOWN, at)
        lapse = self._lapses.pop(terminal_id, None)
        if lapse is not None and lapse.ended is None:
            # It waits for the next poll: of a terminal that comes and goes, one episode grows.
            self._lapses[terminal_id] = lapse._replace(ended=max(at, lapse.began))
            self.heeded.add(terminal_id)
        elif lapse is not None:
            self._note(terminal_id, lapse.began, lapse.ended)

    def lost_sight(self, watched: WatchedTerminal, now: Instant) -> None:
        """Note that nothing is known of a terminal since the last poll that said something."""
        terminal_id = watched.terminal.terminal_id
        if self._episodes.is_open(terminal_id, EpisodeKind.UNKNOWN):
            return
        self._meet(watched)
        since = watched.last_poll or watched.first_seen
        began = max(second_of(min(since.wall, now.wall)), self._not_before)
        self._episodes.begin(Episode(subject=terminal_id, kind=EpisodeKind.UNKNOWN, began=began))
        self.heeded.add(terminal_id)

    def left(self, terminal_id: str, at: int) -> None:
        """End what goes on of a terminal that is not watched any more."""
        self.heeded.discard(terminal_id)
        self._lapses.pop(terminal_id, None)
        for kind in (EpisodeKind.DOWN, EpisodeKind.UNKNOWN):
            self._episodes.end(terminal_id, kind, at)

    def finish(self) -> None:
        """Note what waits for a next poll that this run does not see."""
        for terminal_id, lapse in self._lapses.items():
            if lapse.ended is not None:
                self._note(terminal_id, lapse.began, lapse.ended)
        self._lapses = {one: lapse for one, lapse in self._lapses.items() if lapse.ended is None}

    def _failed(self, watched: WatchedTerminal, terminal_id: str) -> None:
        if self._episodes.is_open(terminal_id, EpisodeKind.DOWN):
            return
        began = max(second_of(watched.unreachable_since.wall), self._not_before)
        lapse = self._lapses.pop(terminal_id, None)
        if watched.failures < _failures_of_an_outage(watched):
            self._lapses[terminal_id] = _Lapse(began if lapse is None else lapse.began)
            return
        if lapse is not None and lapse.began < began:
            self._note(terminal_id, lapse.began, began)
        self._episodes.begin(Episode(subject=terminal_id, kind=EpisodeKind.DOWN, began=began))

    def _meet(self, watched: WatchedTerminal) -> None:
        """Let a terminal that is new count from when its watching began."""
        if watched.terminal.terminal_id not in self._profiles:
            self._profiles.take(watched, max(second_of(watched.first_seen.wall), self._not_before))

    def _note(self, terminal_id: str, began: int, ended: int | None) -> None:
        self._episodes.add(Episode(subject=terminal_id, kind=EpisodeKind.UNKNOWN, began=began, ended=ended))


def _failures_of_an_outage(watched: WatchedTerminal) -> int:
    rule = watched.rules.named(OFFLINE)
    return FAILURES_IF_UNSAID if rule is None else int(rule.limits.min_failures)
