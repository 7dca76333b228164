from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.domain.polling.timer_wheel import TimerWheel

TICK_S = 0.25


def test_an_item_comes_out_at_its_time_and_once() -> None:
    """Not before, not twice."""
    wheel: TimerWheel[str] = TimerWheel(tick_s=TICK_S, start=100.0)
    wheel.add("poll", at=101.0)
    assert wheel.due(100.99) == []
    assert wheel.due(101.0) == ["poll"]
    assert wheel.due(102.0) == []


def test_a_time_between_ticks_is_rounded_up() -> None:
    """Never early: 100.1 comes out at 100.25."""
    wheel: TimerWheel[str] = TimerWheel(tick_s=TICK_S, start=100.0)
    wheel.add("poll", at=100.1)
    assert wheel.due(100.2) == []
    assert wheel.due(100.25) == ["poll"]


def test_what_is_past_comes_out_at_the_next_turn() -> None:
    """An item for a time gone by is not lost and does not come out at once."""
    wheel: TimerWheel[str] = TimerWheel(tick_s=TICK_S, start=100.0)
    assert wheel.due(200.0) == []
    wheel.add("late", at=150.0)
    assert wheel.due(200.0) == []
    assert wheel.due(200.25) == ["late"]


def test_everything_is_taken_out_even_if_nobody_looks() -> None:
    """Who is due was due, whether or not the caller goes through all of them."""
    wheel: TimerWheel[int] = TimerWheel(tick_s=TICK_S, start=0.0)
    for number in range(3):
        wheel.add(number, at=1.0)
    wheel.due(1.0)
    assert len(wheel) == 0


def test_slots_come_out_in_order_after_a_stall() -> None:
    """After an hour's stall everything comes out, earliest first."""
    wheel: TimerWheel[int] = TimerWheel(tick_s=TICK_S, start=0.0)
    for second in (30, 10, 20, 4000):
        wheel.add(second, at=float(second))
    assert wheel.due(3600.0) == [10, 20, 30]
    assert len(wheel) == 1


@given(
    tick_s=st.sampled_from([0.02, 0.1, 0.25, 1.0]),
    start=st.floats(0, 1e6),
    after=st.floats(0, 1e4),
)
def test_nothing_comes_out_early_or_much_later(tick_s: float, start: float, after: float) -> None:
    """For any tick length an item is due at most a tick after its time, and never before it."""
    wheel: TimerWheel[str] = TimerWheel(tick_s=tick_s, start=start)
    at = start + after
    wheel.add("poll", at=at)
    assert not wheel.due(at - tick_s * 1.001)
    came_out = wheel.due(at)
    assert came_out or wheel.due(at + tick_s * 1.001) == ["poll"]


class Turns(RuleBasedStateMachine):
    """A wheel against a plain list of numbered slots."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.wheel: TimerWheel[int] = TimerWheel(tick_s=TICK_S, start=self.now)
        self.next_slot = ceil(self.now / TICK_S)
        self.slots: dict[int, int] = {}
        self.added = 0

    @rule(after=st.floats(-10, 100))
    def add(self, after: float) -> None:
        """Put something in, for the past too."""
        self.added += 1
        self.wheel.add(self.added, at=self.now + after)
        self.slots[self.added] = max(ceil((self.now + after) / TICK_S), self.next_slot)

    @rule(seconds=st.sampled_from([0.0, 0.1, 0.25, 1.0, 7.3, 1000.0]))
    def turn(self, seconds: float) -> None:
        """Let time pass: what has fallen due comes out, slot by slot, in the order it was put in."""
        self.now += seconds
        due = [item for item, slot in self.slots.items() if slot * TICK_S <= self.now]
        assert self.wheel.due(self.now) == sorted(due, key=lambda item: (self.slots[item], item))
        for item in due:
            del self.slots[item]
        self.next_slot = floor(self.now / TICK_S) + 1

    @invariant()
    def nothing_is_lost(self) -> None:
        """Count what waits."""
        assert len(self.wheel) == len(self.slots)


Turns.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestTurns = Turns.TestCase
