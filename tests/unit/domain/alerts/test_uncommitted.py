from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from tests.scenes import START

STEP = Transition(
    alertname="PaperOut",
    subject="1",
    severity=Severity.WARNING,
    previous=AlertState.INACTIVE,
    state=AlertState.PENDING,
    at=START,
    since=START,
    labels={},
    annotations={},
)


def steps(*subjects: int) -> list[Transition]:
    """Return a transition of each of these subjects."""
    return [replace(STEP, subject=str(subject)) for subject in subjects]


@given(st.lists(st.lists(st.integers(0, 5))), st.integers(1, 4))
def test_transitions_leave_in_the_order_in_which_they_came(batches: list[list[int]], most: int) -> None:
    """Portion by portion, none twice and none lost."""
    held = UncommittedTransitions()
    for batch in batches:
        held.add(steps(*batch))
    left: list[Transition] = []
    while portion := held.first(most):
        assert len(portion) <= most
        left += portion
        held.committed(len(portion))
    assert left == [step for batch in batches for step in steps(*batch)]
    assert len(held) == 0


def test_a_portion_stays_until_it_is_committed() -> None:
    """A commit that fails loses nothing; what came meanwhile waits behind it."""
    held = UncommittedTransitions()
    held.add(steps(1, 2))
    portion = held.first(2)
    held.add(steps(3))
    assert held.first(2) == portion
    held.committed(2)
    assert held.first(2) == steps(3)


def test_every_alert_with_a_transition_held_is_named() -> None:
    """An alert is named as long as one of its transitions waits."""
    held = UncommittedTransitions()
    held.add(steps(1, 2, 1))
    assert held.keys() == {("PaperOut", "1"), ("PaperOut", "2")}
    held.committed(2)
    assert held.keys() == {("PaperOut", "1")}
    held.committed(1)
    assert held.keys() == set()
