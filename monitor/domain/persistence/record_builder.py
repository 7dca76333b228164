"""Building the next record to be made durable."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Protocol, TypeVar

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.availability.ledger import AvailabilityLedger
from monitor.domain.device_record.entry import DeviceEntry, changes_seen
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import OutboxChanges
from monitor.domain.notification.told import ToldChanges
from monitor.domain.on_call.action import OnCallChanges
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.persistence.record import JournalEntry, Record
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.domain.suppression.notifiable import NotifiableAlerts

PORTION = 500
"""So many transitions are committed and sent on before other tasks run."""

SAVE_EVERY_S = 1.0
"""Changes without a transition are saved no more often than this, and with the transitions."""

RECORD_EVERY_S = 60.0
"""A record is made at least this often: a crash takes the time since the last one from each hold."""

Changes_co = TypeVar("Changes_co", covariant=True)


class Unsaved(Protocol[Changes_co]):
    """Something that collects changes to be saved."""

    def drain_unsaved(self) -> Changes_co:
        """Return the changes since the last call; they count as saved."""
        ...


class RecordBuilder:
    """Collects everything that is not saved yet into one record after another.

    Each owner keeps its own changes until a record drains them: alerts (`book`), terminals, events, samples
    of the trend, notices to receivers (`outboxes`), what people on call say (`on_call`), what people write
    into device records (`notebook`), and what receivers were told (`told`). `availability` takes from
    transitions what reports ask of them. Transitions wait in `uncommitted`.
    """

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        notifiable: NotifiableAlerts,
        uncommitted: UncommittedTransitions,
        terminals: DirtyTerminals,
        events: Unsaved[Sequence[SeenEvent]],
        samples: Unsaved[Sequence[Sample]],
        outboxes: Unsaved[Mapping[str, OutboxChanges]],
        on_call: Unsaved[OnCallChanges],
        notebook: Unsaved[Sequence[DeviceEntry]],
        told: Unsaved[ToldChanges],
        availability: AvailabilityLedger,
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._notifiable = notifiable
        self._uncommitted = uncommitted
        self._terminals = terminals
        self._events = events
        self._samples = samples
        self._outboxes = outboxes
        self._on_call = on_call
        self._notebook = notebook
        self._told = told
        self._availability = availability
        self._save_due = -inf
        self._record_due = -inf

    def add(self, transitions: Sequence[Transition]) -> None:
        """Take transitions that are to be committed, in order."""
        self._availability.stepped(transitions)
        self._uncommitted.add(transitions)

    @property
    def has_transitions(self) -> bool:
        """Whether transitions wait to be committed."""
        return len(self._uncommitted) > 0

    def save_at_once(self) -> None:
        """Have the next record made even if nothing is due."""
        self._save_due = -inf

    def save_whole_fleet(self) -> None:
        """Have every terminal saved, also those whose changes alone make no record, as the run ends."""
        for watched in self._fleet:
            self._terminals.mark(watched)
        self._availability.end()

    def next_record(self, now: Instant) -> Record | None:
        """Return the next record, None when nothing is to be saved or it is not due yet.

        `outboxes` are drained before receivers are notified of the record's transitions.
        """
        steps = [self._entry(transition, now) for transition in self._uncommitted.first(PORTION)]
        if not steps and now.monotonic < self._save_due:
            return None
        terminals, said = self._terminals.drain_unsaved(now), self._on_call.drain_unsaved()
        record = Record(
            at=now,
            steps=steps,
            alerts=self._drain_alerts(),
            terminals=terminals.memories,
            forgotten=terminals.forgotten,
            events=self._events.drain_unsaved(),
            outboxes=self._outboxes.drain_unsaved(),
            samples=self._samples.drain_unsaved(),
            on_call=said,
            discovered=self._fleet.discovered.drain_unsaved(),
            device_entries=[*changes_seen(terminals.memories, now), *self._notebook.drain_unsaved()],
            told=self._told.drain_unsaved(),
            availability=self._availability.drain_unsaved(now, said),
        )
        if now.monotonic >= self._record_due or _holds_changes(record):
            self._record_due = now.monotonic + RECORD_EVERY_S
            return record
        self._save_due = now.monotonic + SAVE_EVERY_S
        return None

    def committed(self, record: Record) -> None:
        """Drop the transitions of a record that is durable."""
        self._uncommitted.committed(len(record.steps))

    def _drain_alerts(self) -> list[Alert]:
        # An alert with a transition that is not durable yet is saved with that.
        stepping = self._uncommitted.keys()
        return [alert for alert in self._book.drain_unsaved() if alert.key not in stepping]

    def _entry(self, transition: Transition, now: Instant) -> JournalEntry:
        watched = self._fleet.get(transition.subject)
        if watched is not None:
            self._terminals.mark(watched)
        alert = self._book.find(transition.alertname, transition.subject)
        if transition.state is AlertState.FIRING:
            is_told = alert is None or not self._notifiable.is_suppressed(alert, now)
        else:
            is_told = transition.state is AlertState.RESOLVED
        return JournalEntry(transition=transition, alert=replace(alert) if alert else None, told=is_told)


def _holds_changes(record: Record) -> bool:
    is_told_of = any(changes.put or changes.forgotten for changes in record.outboxes.values())
    is_known = any((record.steps, record.alerts, record.terminals, record.forgotten, record.events))
    is_said = bool(record.on_call.rules or record.on_call.ended or record.on_call.actions)
    others = (record.samples, record.discovered, record.device_entries, record.told, record.availability)
    return is_told_of or is_known or is_said or any(others)
