from dataclasses import replace

import pytest

from monitor.domain.alerts.subjects import SOURCE, subject_of
from monitor.domain.event_tracking.ingest_result import IngestResult
from monitor.domain.event_tracking.replay import MOST_UNPLACED, Replay
from monitor.domain.events.activity_summary import DAY_S
from monitor.domain.events.deduplication import SeenEventIds, event_keys
from monitor.domain.events.event import Event, Transaction, UnknownIdGiven
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.events.terminal_history import TerminalHistory
from tests.scenes import START, Scene, terminal

ID = "10000001"
CARD = "a" * 64
MAX_AGE_S = 3600.0


def paid(event_id: str = "e1", *, ago: float = 60.0, code: str = "55", card: str = CARD) -> Transaction:
    """Return a transaction of so many seconds before now."""
    return Transaction(id=event_id, at=START.wall - ago, response_code=code, card=card)


def saved(event: Event | UnknownIdGiven, terminal_id: str = ID) -> SeenEvent:
    """Return an event as an earlier run saved it."""
    return SeenEvent(terminal_id=terminal_id, event=event, heard_at=START, told_s=int(event.at))


class Rerun:
    """A replay over the windows of a scene with one terminal."""

    def __init__(self) -> None:
        self.scene = Scene([terminal()])
        self.windows = self.scene.event_tracker.windows
        self.ids = SeenEventIds(span_s=MAX_AGE_S, most=1000)
        self.replay = Replay(fleet=self.scene.fleet, windows=self.windows, ids=self.ids, max_age_s=MAX_AGE_S)

    @property
    def history(self) -> TerminalHistory | None:
        """What is placed of the terminal's events."""
        return self.scene.watched().events

    def defer(self, event: Event) -> None:
        """Keep a new event of the terminal that happens now."""
        self.replay.defer(self.scene.watched(), event, START.monotonic, START)


def test_without_earlier_events_there_is_nothing_to_replay() -> None:
    """New events are placed at once."""
    rerun = Rerun()
    assert rerun.replay.is_replayed
    rerun.replay.expect(event_keys([]), START)
    assert rerun.replay.is_replayed


def test_expected_events_are_known_before_they_are_restored() -> None:
    """A terminal that repeats them right after the start counts nothing twice."""
    rerun = Rerun()
    rerun.replay.expect(event_keys([(ID, "e1", 1), (ID, "e2", 2)]), START)
    assert rerun.ids.has((ID, "e1", 1))
    assert not rerun.replay.is_replayed
    assert rerun.replay.remaining == 2


@pytest.mark.parametrize("told_s", [None, 1])
def test_an_event_without_a_told_time_is_known_at_any_time(told_s: int | None) -> None:
    """A posmon before this one kept none. Once all are back it is known whether there is such an event."""
    rerun = Rerun()
    assert not rerun.replay.has_untimed(ID, "e1")
    rerun.replay.expect(event_keys([(ID, "e1", told_s)]), START)
    assert rerun.replay.has_untimed(ID, "e1") is (told_s is None)
    rerun.replay.restore([replace(saved(paid()), told_s=told_s)], START)
    assert not list(rerun.replay.catch_up(1))
    assert rerun.replay.has_untimed(ID, "e1") is (told_s is None)
    assert not rerun.replay.has_untimed(ID, "e2")


def test_restored_events_are_placed_by_their_own_time_and_are_not_fresh() -> None:
    """They open no alert by themselves: the earlier run has judged them."""
    rerun = Rerun()
    rerun.replay.expect(event_keys([(ID, "e1", 1)]), START)
    rerun.replay.restore([saved(paid(ago=60))], START)
    history = rerun.history
    assert history is not None
    assert list(history.times) == pytest.approx([START.monotonic - 60])
    assert history.fresh == []
    window = rerun.windows.cards.get(CARD[:12])
    assert window is None or window.wrong_pins.fresh == []
    assert CARD in rerun.windows.cards
    assert rerun.replay.remaining == 0


def test_events_too_old_or_of_strangers_are_left_out() -> None:
    """A terminal may have left the inventory since."""
    rerun = Rerun()
    rerun.replay.restore([saved(paid(ago=2 * MAX_AGE_S + 1)), saved(paid(), "unknown")], START)
    assert rerun.history is None


def test_unknown_ids_of_sources_are_restored_for_a_day() -> None:
    """They are not of a terminal."""
    rerun = Rerun()
    source = subject_of(SOURCE, "192.0.2.9")
    rerun.replay.restore(
        [
            saved(UnknownIdGiven(id="old", at=START.wall - DAY_S - 1), source),
            saved(UnknownIdGiven(id="new", at=START.wall - 60), source),
        ],
        START,
    )
    window = rerun.windows.unknown_ids.get("192.0.2.9")
    assert window is not None
    assert window.distinct() == ("new",)
    assert window.ids.fresh == []


def test_deferred_events_are_placed_in_portions_oldest_first() -> None:
    """Each is yielded with its terminal, to be evaluated."""
    rerun = Rerun()
    rerun.replay.expect(event_keys([(ID, "e0", 0)]), START)
    for code in ("00", "00", "55"):
        rerun.defer(paid(code=code))
    assert rerun.history is None
    first = list(rerun.replay.catch_up(2))
    assert first == [(rerun.scene.watched(), IngestResult(accepted=1))] * 2
    assert not rerun.replay.is_replayed
    ((_, last),) = rerun.replay.catch_up(2)
    assert len(last.cards) == 1
    assert rerun.replay.is_replayed


def test_a_deferred_event_of_a_terminal_that_left_is_dropped() -> None:
    """So is one of a terminal that left and came back meanwhile: that one begins anew."""
    rerun = Rerun()
    rerun.defer(paid())
    rerun.scene.remove(ID)
    rerun.scene.add(terminal())
    assert list(rerun.replay.catch_up(10)) == []
    assert rerun.history is None
    assert rerun.replay.is_replayed


def test_too_many_deferred_events_cost_the_oldest() -> None:
    """What had to make room is counted."""
    rerun = Rerun()
    event = paid()
    for _ in range(MOST_UNPLACED + 2):
        rerun.defer(event)
    assert rerun.replay.evicted == 2
