"""A scene whose facts are taken down as records would take them."""

from collections.abc import Iterable
from typing import Any

from monitor.domain.alerts.alert import Transition
from monitor.domain.availability.facts import AvailabilityChanges, Episode
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.on_call.action import OnCallChanges
from tests.scenes import START, Scene

T0 = int(START.wall)


class Recorder(Scene):
    """Keeps every fact in `changes`, and the latest state of each episode in `episodes`."""

    def __init__(self, terminals: Iterable[Terminal] = (), **settings: Any) -> None:
        super().__init__(terminals, **settings)
        self.ledger = self.evaluation.availability
        self.kept: dict[Any, Episode] = {}
        self.profiles: dict[tuple[str, int], Any] = {}
        self.watches: dict[int, int] = {}

    def note(self, steps: list[Transition]) -> list[Transition]:
        """Hand transitions on at once, as the pipeline does."""
        self.ledger.stepped(steps)
        return super().note(steps)

    def begin(self) -> "Recorder":
        """Settle, as a start does when all terminals have been added."""
        self.ledger.settle(self.book, self.now)
        return self

    def save(self, said: OnCallChanges | None = None) -> AvailabilityChanges:
        """Take down what is new."""
        changes = self.ledger.drain_unsaved(self.now, said or OnCallChanges())
        self.kept |= {episode.key: episode for episode in changes.episodes}
        self.profiles |= {(one.terminal_id, one.since - T0): one.profile for one in changes.profiles}
        self.watches |= {watch.began - T0: watch.ended - T0 for watch in changes.watches}
        return changes

    def episodes(self, subject: str = "10000001") -> list[tuple[str, int, int | None]]:
        """Return kind, begin and end (seconds since the scene began) of a subject's, in order."""
        self.save()
        of = sorted((s for s in self.kept.values() if s.subject == subject), key=lambda one: one.began)
        return [(s.kind.value, s.began - T0, None if s.ended is None else s.ended - T0) for s in of]

    def at(self, seconds: float) -> None:
        """Turn the clock to so many seconds after the beginning."""
        self.now = Instant(START.monotonic + seconds, START.wall + seconds)
