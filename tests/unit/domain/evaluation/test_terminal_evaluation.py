from monitor.domain.alerts.alert import AlertState, Transition
from monitor.domain.evaluation.terminal_evaluation import TerminalEvaluation
from monitor.domain.fleet.poll_history import HISTORY_POLLS
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import rfc3339
from monitor.domain.persistence.dirty_terminals import DirtyTerminals
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, reading, result, terminal
from tests.unit.domain.evaluation.parts import observer_of

ID = "10000001"


class Terminals:
    """A terminal evaluation over a scene with one terminal, without the rest."""

    def __init__(self) -> None:
        self.scene = Scene([terminal()])
        self.dirty = DirtyTerminals()
        self.scene.watched().mark_saved()
        self.evaluation = TerminalEvaluation(
            fleet=self.scene.fleet,
            book=self.scene.book,
            observer=observer_of(self.scene),
            dirty=self.dirty,
            availability=self.scene.evaluation.availability,
        )

    def polled(self, heartbeat: Reading | None, *, steady: bool = True) -> list[Transition]:
        """Evaluate a poll that brought this heartbeat, or failed."""
        poll = result(heartbeat, Outcome.TIMEOUT)
        return self.evaluation.accept(self.scene.watched(), poll, self.scene.now, steady=steady)

    def unsaved(self) -> list[str]:
        """Return who is to be saved."""
        return [memory.terminal_id for memory in self.dirty.drain_unsaved(self.scene.now).memories]


def test_a_poll_is_kept_and_evaluated() -> None:
    """What it changes is to be saved."""
    terminals = Terminals()
    (step,) = terminals.polled(reading(pin_pad={"status": "tampered"}, serial_number="A1"))
    assert (step.alertname, step.state) == ("TerminalTampered", AlertState.FIRING)
    assert terminals.scene.watched().serial_number == "A1"
    assert terminals.unsaved() == [ID]


def test_a_terminal_that_steadily_says_the_same_has_nothing_to_save() -> None:
    """Nearly every poll of a healthy fleet is of this kind."""
    terminals = Terminals()
    for _ in range(HISTORY_POLLS + 1):
        terminals.polled(reading(serial_number="A1"))
        terminals.scene.pass_(60)
    terminals.unsaved()
    terminals.polled(reading(serial_number="A1"))
    assert terminals.unsaved() == []


def test_a_poll_in_a_larger_outage_is_no_flapping() -> None:
    """The history of polls stays as it is."""
    terminals = Terminals()
    terminals.polled(reading())
    history = terminals.scene.watched().history
    terminals.polled(None, steady=False)
    assert terminals.scene.watched().history == history
    terminals.polled(None)
    assert terminals.scene.watched().history == history << 1


def test_a_pushed_heartbeat_is_evaluated_and_says_nothing_of_polls() -> None:
    """A terminal whose polls fail may push."""
    terminals = Terminals()
    terminals.polled(None)
    watched, now = terminals.scene.watched(), terminals.scene.now
    steps = terminals.evaluation.ingest(watched, reading(pin_pad={"status": "tampered"}), now)
    assert [step.alertname for step in steps] == ["TerminalTampered"]
    assert watched.is_down
    assert terminals.unsaved() == [ID]


def test_a_hold_that_elapses_fires_without_another_poll() -> None:
    """The terminal may answer only once an hour."""
    terminals = Terminals()
    (step,) = terminals.polled(reading(printer={"status": "paper_out"}))
    assert step.state is AlertState.PENDING
    assert terminals.evaluation.tick(terminals.scene.now) == []
    terminals.scene.pass_(3600)
    (step,) = terminals.evaluation.tick(terminals.scene.now)
    assert (step.alertname, step.state) == ("PaperOut", AlertState.FIRING)


def test_events_are_dated_by_the_terminal_s_clock() -> None:
    """Without one they are dated by posmon's."""
    terminals = Terminals()
    wall = terminals.scene.now.wall
    sent_at = terminals.evaluation.sent_at
    assert sent_at(reading(sent_at=rfc3339(wall - 7200)), terminals.scene.now) == wall - 7200
    for silent in (None, reading(), reading(sent_at="yesterday")):
        assert sent_at(silent, terminals.scene.now) == wall


def test_a_heartbeat_of_another_does_not_set_the_clock() -> None:
    """Its clock is not this terminal's."""
    terminals = Terminals()
    wall = terminals.scene.now.wall
    terminals.polled(reading(sent_at=rfc3339(wall - 7200)))
    skew = terminals.scene.watched().clock_skew_s
    assert skew is not None
    assert skew < -7000
    terminals.polled(reading("10000077", sent_at=rfc3339(wall)))
    assert terminals.scene.watched().clock_skew_s == skew
