from collections.abc import Mapping, Sequence

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.domain.events.event import Transaction
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.notification.outbox import Entry, OutboxChanges
from monitor.domain.notification.told import ToldLog
from monitor.domain.persistence.record import Record
from monitor.domain.persistence.record_builder import PORTION, RECORD_EVERY_S, SAVE_EVERY_S, RecordBuilder
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.domain.suppression.notifiable import NotifiableAlerts
from tests.scenes import START, Scene, site, terminal

SAMPLE = Sample(at=START.wall, ok=1, warning=0, critical=0, unknown=0, offline=0, firing=0)
EVENT = SeenEvent(
    terminal_id="10000001",
    event=Transaction(id="e", at=START.wall, response_code="00"),
    heard_at=START,
    told_s=int(START.wall),
)


class Box:
    """Holds changes until they are drained."""

    def __init__(self) -> None:
        self.events: list[SeenEvent] = []

    def drain_unsaved(self) -> Sequence[SeenEvent]:
        """Return them once."""
        drained, self.events = self.events, []
        return drained


class Samples:
    """Samples that wait."""

    def __init__(self) -> None:
        self.waiting: list[Sample] = []

    def drain_unsaved(self) -> Sequence[Sample]:
        """Return them once."""
        drained, self.waiting = self.waiting, []
        return drained


class Outboxes:
    """What changed for receivers."""

    def __init__(self) -> None:
        self.changes: dict[str, OutboxChanges] = {"ops": OutboxChanges()}

    def drain_unsaved(self) -> Mapping[str, OutboxChanges]:
        """Return it once; every receiver is named each time."""
        drained, self.changes = self.changes, {"ops": OutboxChanges()}
        return drained


class Books:
    """A builder over a scene that has settled: the first record is made."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.events, self.samples, self.outboxes = scene, Box(), Samples(), Outboxes()
        self.notebook = DeviceNotebook()
        held = UncommittedTransitions()
        self.builder = RecordBuilder(
            fleet=scene.fleet,
            book=scene.book,
            notifiable=NotifiableAlerts(
                fleet=scene.fleet,
                book=scene.book,
                uncommitted=held,
                suppression=scene.evaluation.suppression,
            ),
            uncommitted=held,
            terminals=scene.evaluation.dirty,
            events=self.events,
            samples=self.samples,
            outboxes=self.outboxes,
            on_call=scene.evaluation.suppression.on_call,
            notebook=self.notebook,
            told=ToldLog(),
            availability=scene.evaluation.availability,
        )
        assert self.next() is not None
        assert self.next() is None

    def next(self) -> Record | None:
        """Return the next record."""
        return self.builder.next_record(self.scene.now)

    def record(self) -> Record:
        """Return the next record, which must be due."""
        record = self.next()
        assert record is not None
        return record


def paperless() -> tuple[Books, Record]:
    """Return a fleet of one whose paper has just run out, and the record of that."""
    books = Books(Scene([terminal()]))
    steps = books.scene.say(printer={"status": "paper_out"})
    books.builder.add(steps)
    return books, books.record()


def test_a_transition_is_recorded_at_once_with_its_alert_and_terminal() -> None:
    """The copy of the alert does not change with it."""
    books, record = paperless()
    (entry,) = record.steps
    (alert,) = books.scene.open().values()
    assert entry.alert == alert
    assert entry.alert is not alert
    assert [memory.terminal_id for memory in record.terminals] == ["10000001"]


def test_a_record_that_is_not_durable_is_made_again() -> None:
    """Its transitions stay; once durable they are dropped."""
    books, record = paperless()
    assert books.builder.has_transitions
    assert books.record().steps == record.steps
    books.builder.committed(record)
    assert not books.builder.has_transitions


def test_receivers_are_to_hear_of_firing_and_resolved_alerts() -> None:
    """A pending one is no news for them."""
    books = Books(Scene([terminal()]))
    books.scene.say(printer={"status": "paper_out"})
    books.scene.wait(600)
    books.scene.say(printer={"status": "ok"})
    books.scene.wait(600)
    books.builder.add(books.scene.journal_of_terminals())
    told = {entry.transition.state: entry.told for entry in books.record().steps}
    assert told == {AlertState.PENDING: False, AlertState.FIRING: True, AlertState.RESOLVED: True}


def test_a_suppressed_alert_is_recorded_and_not_to_be_heard_of() -> None:
    """The outage of its site says it already."""
    books = Books(Scene(site("a", 3)))
    for _ in range(4):
        for number in (1, 2, 3):
            books.scene.fail(f"{10_000_000 + number}")
        books.scene.wait(30)
    books.builder.add(books.scene.journal)
    fired = {
        (entry.transition.alertname, entry.told)
        for entry in books.record().steps
        if entry.transition.state is AlertState.FIRING
    }
    assert ("SiteOffline", True) in fired
    assert ("TerminalOffline", False) in fired
    assert ("TerminalOffline", True) not in fired


def test_changes_without_a_transition_wait_for_a_second() -> None:
    """Saving at once is for a daemon that ends."""
    books = Books(Scene([terminal()]))
    books.events.events.append(EVENT)
    assert books.next() is None
    books.builder.save_at_once()
    assert books.record().events == [EVENT]
    books.scene.pass_(SAVE_EVERY_S)
    books.samples.waiting.append(SAMPLE)
    assert books.record().samples == [SAMPLE]


def test_a_receiver_s_changes_are_worth_a_record() -> None:
    """That no receiver has any is not."""
    books = Books(Scene([terminal()]))
    books.builder.save_at_once()
    assert books.next() is None
    books.outboxes.changes = {"ops": OutboxChanges(put=[Entry(labels={}, annotations={}, since=START)])}
    books.builder.save_at_once()
    assert len(books.record().outboxes["ops"].put) == 1


def test_a_record_is_made_once_a_minute_even_if_nothing_changed() -> None:
    """Its moment is what a restart measures the time of a hold by."""
    books = Books(Scene([terminal()]))
    books.scene.pass_(RECORD_EVERY_S - 0.1)
    assert books.next() is None
    books.scene.pass_(SAVE_EVERY_S)
    record = books.record()
    assert (record.at, record.steps, record.terminals) == (books.scene.now, [], [])


def test_transitions_are_recorded_in_portions() -> None:
    """The rest stays for the next record, in order."""
    books, record = paperless()
    books.builder.committed(record)
    steps = [entry.transition for entry in record.steps] * (PORTION + 1)
    books.builder.add(steps)
    first = books.record()
    assert len(first.steps) == PORTION
    books.builder.committed(first)
    assert len(books.record().steps) == 1


def test_the_whole_fleet_is_saved_before_the_end() -> None:
    """Also terminals with nothing that would be worth a record by itself."""
    books = Books(Scene([terminal(1), terminal(2)]))
    books.builder.save_whole_fleet()
    books.builder.save_at_once()
    assert [memory.terminal_id for memory in books.record().terminals] == ["10000001", "10000002"]


def test_a_hold_that_moved_is_saved_with_the_transition_that_waits() -> None:
    """The alert is not saved twice, and not before its transition."""
    scene = Scene([terminal()], changes={"PaperOut": {"keep_firing_s": 600.0, "for_s": 0.0}})
    books = Books(scene)
    books.builder.add(scene.say(printer={"status": "paper_out"}))
    scene.pass_(10)
    books.builder.add(scene.say(printer={"status": "ok"}))
    record = books.record()
    assert record.alerts == []
    assert record.steps[-1].alert is not None
    assert record.steps[-1].alert.absent_since == scene.now


def test_a_hold_that_moved_is_saved_without_a_transition() -> None:
    """A restart must not begin it anew."""
    scene = Scene([terminal()], changes={"PaperOut": {"keep_firing_s": 600.0, "for_s": 0.0}})
    books = Books(scene)
    books.builder.add(scene.say(printer={"status": "paper_out"}))
    assert books.record().alerts == []
    books.builder.committed(books.record())
    scene.pass_(10)
    books.builder.add(scene.say(printer={"status": "ok"}))
    books.builder.save_at_once()
    (alert,) = books.record().alerts
    assert (alert.alertname, alert.absent_since) == ("PaperOut", scene.now)
