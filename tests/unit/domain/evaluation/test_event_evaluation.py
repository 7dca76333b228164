from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.alerts.subjects import CARD
from monitor.domain.evaluation.event_evaluation import EventEvaluation
from monitor.domain.event_tracking.ingest_result import NOTHING_INGESTED
from monitor.domain.events.deduplication import event_keys
from monitor.domain.events.terminal_history import Kind
from tests.scenes import Scene, reading, terminal
from tests.unit.domain.evaluation.parts import observer_of, rules_of
from tests.unit.domain.subjects.kinds import subjects_of

ID = "10000001"


class Events:
    """An event evaluation over a scene, without the rest."""

    def __init__(self, *, replaying: int = 0) -> None:
        self.scene = Scene([terminal(1), terminal(2)])
        tracker = self.scene.event_tracker
        if replaying:
            tracker.replay.expect(event_keys([(ID, f"old{n}", 0) for n in range(replaying)]), self.scene.now)
        self.evaluation = EventEvaluation(
            event_tracker=tracker,
            fleet=self.scene.fleet,
            book=self.scene.book,
            rules=rules_of(self.scene),
            subjects=subjects_of(self.scene),
            observer=observer_of(self.scene),
        )

    def told(self, *codes: str, card: str = "tok") -> list[Transition]:
        """Let the first terminal report transactions of one card, and evaluate them."""
        events = [self.scene.transaction(code, card) for code in codes]
        result = self.scene.event_tracker.ingest(self.scene.watched(), events, self.scene.now)
        return self.evaluation.received(self.scene.watched(), result, self.scene.now)

    def polled(self, *events: object, terminal_id: str = ID) -> list[Transition]:
        """Evaluate what a poll brought beside its reading."""
        now = self.scene.now
        return self.evaluation.polled(self.scene.watched(terminal_id), events, now.wall, now)


def fired(steps: list[Transition]) -> set[str]:
    """Name what began to fire."""
    return {step.alertname for step in steps if step.state is AlertState.FIRING}


def test_events_move_alerts_of_their_terminal_and_their_card() -> None:
    """Three wrong PINs of one card are about both."""
    events = Events()
    assert fired(events.told("55", "55", "55")) == {"PinLockImminent", "PinFailuresOnCard"}
    history = events.scene.watched().events
    assert history is not None
    assert history.fresh == []


def test_a_list_without_a_new_event_moves_nothing() -> None:
    """A terminal repeats its last events in every heartbeat."""
    events = Events()
    assert events.evaluation.received(events.scene.watched(), NOTHING_INGESTED, events.scene.now) == []


def test_nothing_is_evaluated_while_events_are_replayed() -> None:
    """Half-filled windows give wrong results; what was received is evaluated at the end."""
    events = Events(replaying=1)
    assert events.told("55", "55", "55") == []
    assert events.evaluation.tick(events.scene.now) == []
    steps = events.evaluation.catch_up(events.scene.now)
    assert fired(steps) == {"PinLockImminent", "PinFailuresOnCard"}
    assert events.evaluation.catch_up(events.scene.now) == []


def test_a_serial_number_that_changed_during_a_replay_is_evaluated_at_its_end() -> None:
    """The serial numbers of the day may be among what is restored."""
    events = Events(replaying=1)
    scene = events.scene
    for serial in ("A", "B", "A"):
        scene.pass_(60)
        scene.watched().ingest(reading(ID, serial_number=serial), scene.now, clock_skew_s=None)
        assert events.evaluation.identified(scene.watched(), scene.now) == []
    steps = events.evaluation.catch_up(scene.now)
    assert fired(steps) == {"TerminalIdConflict"}


def test_a_poll_of_an_endpoint_that_answers_as_another_counts_no_events() -> None:
    """They are of whichever terminal answered."""
    events = Events()
    scene = events.scene
    scene.poll("10000002")
    scene.poll(ID, reading("10000002"))
    events.polled(scene.transaction("55"))
    assert scene.event_tracker.counts.total() == 0
    scene.poll(ID)
    events.polled(scene.transaction("55"))
    assert scene.event_tracker.counts.total() == 1


def test_an_open_alert_ends_when_its_window_has_emptied() -> None:
    """It is looked at again although nothing arrives."""
    events = Events()
    scene = events.scene
    scene.poll()
    events.told("55", "55", "55")
    scene.pass_(25 * 3600.0)
    steps = events.evaluation.tick(scene.now)
    assert ("PinFailuresOnCard", AlertState.RESOLVED) in {(step.alertname, step.state) for step in steps}


def test_open_alerts_are_looked_at_once_a_second() -> None:
    """Ticks come more often than windows empty."""
    events = Events()
    scene = events.scene
    events.evaluation.tick(scene.now)
    events.told("55", "55", "55")
    scene.pass_(0.5)
    card = next(iter(scene.event_tracker.windows.cards))
    events.evaluation.tick(scene.now)
    assert card.now != scene.now
    scene.pass_(0.5)
    events.evaluation.tick(scene.now)
    assert card.now == scene.now


def test_what_has_been_evaluated_is_not_fresh_any_more() -> None:
    """A window is about what is new."""
    events = Events()
    scene = events.scene
    window = scene.event_tracker.windows.cards.add("a" * 64, scene.now.monotonic, ID, scene.now)
    events.evaluation.evaluate_window(CARD, window, scene.now)
    assert window.wrong_pins.fresh == []
    history = scene.event_tracker.windows.history_of(scene.watched(), scene.now)
    history.mark(Kind.CONFLICT, scene.now.monotonic, "A / B")
    assert fired(events.evaluation.evaluate_terminal(scene.watched(), scene.now)) == {"TerminalIdConflict"}
    assert history.marks(Kind.CONFLICT).fresh == []
