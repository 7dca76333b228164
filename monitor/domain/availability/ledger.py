"""Keeps the facts about the time of terminals while posmon runs."""

from collections.abc import Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.availability.alert_facts import AlertFacts
from monitor.domain.availability.episode_book import EpisodeBook
from monitor.domain.availability.facts import AvailabilityChanges, AvailabilityMemory, second_of
from monitor.domain.availability.poll_facts import PollFacts
from monitor.domain.availability.profile_book import ProfileBook
from monitor.domain.availability.rules_log import RulesLog, rules_of
from monitor.domain.availability.watch_log import WatchLog
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.on_call.action import OnCallChanges
from monitor.domain.on_call.board import OnCallBoard


class AvailabilityLedger:
    """Collects facts from polls, transitions and the inventory, to be saved with the next record.

    `polls` takes results. A good poll of a terminal that was up and is not heeded does not come here: it
    costs nothing.
    """

    def __init__(self, *, fleet: Fleet, on_call: OnCallBoard) -> None:
        self._fleet = fleet
        self._on_call = on_call
        self._episodes = EpisodeBook()
        self._profiles = ProfileBook()
        self._watch = WatchLog()
        self._rules = RulesLog()
        self._alerts = AlertFacts(self._episodes, fleet)
        self.polls = PollFacts(self._episodes, self._profiles)
        self._followed: tuple[object, object, object] | None = None
        self._watched_until: int | None = None
        self._is_ending = False

    def restore(self, memory: AvailabilityMemory) -> None:
        """Go on from an earlier run; before any terminal is added. `settle` follows when all are."""
        self._watched_until = memory.watched_until
        self._episodes.restore(memory.episodes)
        self._profiles.restore(memory.profiles)
        self._rules.restore(memory.rules)

    def settle(self, book: AlertBook, now: Instant) -> None:
        """Make what was restored agree with the fleet and its open alerts.

        An episode whose end posmon did not see ends with the run before; what lies between is not monitored.
        """
        at = second_of(now.wall)
        ended = at if self._watched_until is None else min(at, self._watched_until)
        self.polls.settle(at)
        self._alerts.settle(book, ended=ended, at=at)
        self._profiles.drop_others(self._is_watched, at)
        for episode in self._episodes:
            if not episode.subject.startswith("/") and not self._is_watched(episode.subject):
                self._episodes.end(episode.subject, episode.kind, ended, about=episode.about)
            elif not episode.about:
                # Its next poll says how it is, a good one too.
                self.polls.heeded.add(episode.subject)

    def joined(self, watched: WatchedTerminal, now: Instant) -> None:
        """Note a terminal that is watched from now on; a new one counts once it was polled."""
        if watched.terminal.terminal_id in self._profiles:
            self._profiles.take(watched, second_of(now.wall))
        else:
            self.polls.heeded.add(watched.terminal.terminal_id)

    def changed(self, watched: WatchedTerminal, now: Instant) -> None:
        """Note what a terminal is now: its inventory row or its firmware may be another."""
        if watched.terminal.terminal_id in self._profiles:
            self._profiles.take(watched, second_of(now.wall))

    def left(self, terminal_id: str, now: Instant) -> None:
        """Note that a terminal is not watched any more."""
        at = second_of(now.wall)
        self.polls.left(terminal_id, at)
        self._profiles.drop(terminal_id, at)

    def stepped(self, transitions: Sequence[Transition]) -> None:
        """Take transitions of alerts, which are saved with the next record."""
        for step in transitions:
            self._alerts.stepped(step)

    def stalled(self, seconds: float, now: Instant) -> None:
        """Note that posmon stood still for the `seconds` before `now`."""
        self._watch.stalled(seconds, now)

    def end(self) -> None:
        """Have the last second noted with the next record: the run ends."""
        self.polls.finish()
        self._is_ending = True

    def drain_unsaved(self, now: Instant, said: OnCallChanges) -> AvailabilityChanges:
        """Return the facts that are new since the last call; they count as saved.

        `said` is what people on call have said since.
        """
        self._alerts.acknowledged(said.rules)
        self._follow_rules(now)
        self._watch.runs(now, at_once=self._is_ending)
        self._is_ending = False  # once: else there would always be one more record to make
        return AvailabilityChanges(
            episodes=self._episodes.drain_unsaved(),
            profiles=self._profiles.drain_unsaved(),
            watches=self._watch.drain_unsaved(),
            rules=self._rules.drain_unsaved(),
        )

    def _is_watched(self, terminal_id: str) -> bool:
        return self._fleet.get(terminal_id) is not None

    def _follow_rules(self, now: Instant) -> None:
        windows, opened = self._fleet.planned_windows, self._on_call.windows
        calendars = self._fleet.trading_hours.calendars
        seen = self._followed
        if seen is None or seen[0] is not windows or seen[1] is not opened or seen[2] is not calendars:
            self._followed = windows, opened, calendars
            self._rules.follow(rules_of(windows, opened, calendars, now.wall), second_of(now.wall))
