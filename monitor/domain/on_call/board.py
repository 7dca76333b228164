"""All silences and acknowledgements in force."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.instant import Instant
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import POSMON, Author, OnCallChanges, OnCallMemory, OnCallRule
from monitor.domain.on_call.action_log import ActionLog
from monitor.domain.on_call.rule_index import RuleIndex
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow

LOOK_EVERY_S = 1.0

_NAMES = {Silence: "silence", OperatorWindow: "window", Acknowledgement: "ack"}


class OnCallBoard:
    """Keeps what people on call have said until it is over. `windows` is another mapping after each change.

    Invariants: at most one acknowledgement is in force for an alert; everything that begins or ends is in the
    record of actions.
    """

    def __init__(self) -> None:
        self.silences: dict[str, Silence] = {}
        self.windows: Mapping[str, OperatorWindow] = {}
        self.acknowledgements: dict[tuple[str, str], Acknowledgement] = {}
        self._index: RuleIndex[Silence] = RuleIndex()
        self._put: dict[str, OnCallRule] = {}
        self._ended: dict[str, None] = {}
        self._log = ActionLog()
        self._look_due = -inf

    @property
    def size(self) -> int:
        """How many rules are in force."""
        return len(self.silences) + len(self.windows) + len(self.acknowledgements)

    def restore(self, memory: OnCallMemory) -> None:
        """Go on from what the run before has saved; before anything is added."""
        self._log.go_on(memory.last_action)
        for rule in memory.rules:
            self._file(rule)

    def silences_of(self, labels: Mapping[str, str], wall: float) -> Iterator[Silence]:
        """Yield the silences in force that hold an alert with these labels."""
        for silence in self._index.about(labels):
            if silence.holds(wall) and silence.matcher.matches(labels):
                yield silence

    def acknowledgement_of(self, alert: Alert, wall: float) -> Acknowledgement | None:
        """Return the acknowledgement of an alert, None when it has none in force."""
        found = self.acknowledgements.get(alert.key)
        return found if found is not None and found.holds(alert, wall) else None

    def find(self, rule_id: str) -> OnCallRule | None:
        """Return a silence or an acknowledgement by its id."""
        named = (one for one in self.acknowledgements.values() if one.id == rule_id)
        return self.silences.get(rule_id) or self.windows.get(rule_id) or next(named, None)

    def add(self, rule: OnCallRule, author: Author, wall: float, *, matched: int = 1) -> None:
        """Put a rule in force; an acknowledgement takes the place of an earlier one of the same alert.

        The record has it first: what cannot be recorded is not in force.
        """
        self._log.add(author, f"{_NAMES[type(rule)]}.add", wall, rule, matched=matched)
        earlier = self.acknowledgements.get(rule.key) if isinstance(rule, Acknowledgement) else None
        if earlier is not None:
            self._drop(earlier)
        self._file(rule)
        self._put[rule.id] = rule

    def end(self, rule: OnCallRule, author: Author, wall: float, comment: str = "") -> None:
        """End a silence or an acknowledgement before its time, or because it is over."""
        self._drop(rule)
        self._log.add(author, f"{_NAMES[type(rule)]}.end", wall, rule, comment=comment)

    def tick(self, book: AlertBook, now: Instant) -> None:
        """End what is over, once a second at most."""
        if now.monotonic < self._look_due:
            return
        self._look_due, wall = now.monotonic + LOOK_EVERY_S, now.wall
        over: list[OnCallRule] = [one for one in self.silences.values() if one.ends_at <= wall]
        over += [one for one in self.windows.values() if one.is_over_at <= wall]
        for rule in over:
            self.end(rule, POSMON, wall, "its time has run out")
        for known in list(self.acknowledgements.values()):
            self._look_at(known, book.find(*known.key), wall)

    def drain_unsaved(self) -> OnCallChanges:
        """Return the changes since the last call; they count as saved."""
        changes = OnCallChanges(
            rules=list(self._put.values()), ended=list(self._ended), actions=self._log.drain()
        )
        self._put, self._ended = {}, {}
        return changes

    def _look_at(self, known: Acknowledgement, alert: Alert | None, wall: float) -> None:
        if over := known.end_of(alert, wall):
            self.end(known, POSMON, wall, over)
        elif alert is None and known.recovered_at is None:
            self._replace(known, replace(known, recovered_at=wall))
        elif alert is not None and known.recovered_at is not None and known.starts_at != alert.since.wall:
            self._replace(known, replace(known, recovered_at=None, starts_at=alert.since.wall))

    def _replace(self, known: Acknowledgement, changed: Acknowledgement) -> None:
        self.acknowledgements[known.key] = changed
        self._put[changed.id] = changed

    def _file(self, rule: OnCallRule) -> None:
        if isinstance(rule, Silence):
            self.silences[rule.id] = rule
            self._index.add(rule)
        elif isinstance(rule, OperatorWindow):
            self.windows = {**self.windows, rule.id: rule}
        else:
            self.acknowledgements[rule.key] = rule

    def _drop(self, rule: OnCallRule) -> None:
        if isinstance(rule, Silence):
            del self.silences[rule.id]
            self._index.remove(rule)
        elif isinstance(rule, OperatorWindow):
            self.windows = {name: one for name, one in self.windows.items() if name != rule.id}
        else:
            del self.acknowledgements[rule.key]
        self._put.pop(rule.id, None)
        self._ended[rule.id] = None
