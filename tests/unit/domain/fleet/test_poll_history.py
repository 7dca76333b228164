from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.poll_history import HISTORY_POLLS, STEADILY_UP
from tests.scenes import Scene, terminal


@given(st.lists(st.booleans(), max_size=40))
def test_the_history_holds_the_last_polls_newest_lowest(polls: list[bool]) -> None:
    """One bit a poll, so many as flapping looks at."""
    scene = Scene([terminal()])
    for is_good in polls:
        scene.poll() if is_good else scene.fail()
    watched = scene.watched()
    kept = polls[-HISTORY_POLLS:]
    assert watched.polls_seen == len(kept)
    assert watched.history == sum(is_good << place for place, is_good in enumerate(reversed(kept)))
    assert watched.is_restless is (0 < sum(kept) < len(kept))


def test_failures_that_an_outage_explains_are_forgotten() -> None:
    """Only the latest ones: what came and went before stays."""
    scene = Scene([terminal()])
    scene.poll()
    scene.fail()
    scene.poll()
    scene.fail()
    scene.fail()
    watched = scene.watched()
    watched.forget_failures()
    assert (watched.history, watched.polls_seen) == (0b101, 3)
    assert watched.is_down


def test_a_terminal_that_has_long_answered_is_steadily_up() -> None:
    """The evaluation compares with one number to know that there is nothing to save."""
    scene = Scene([terminal()])
    for _ in range(HISTORY_POLLS + 1):
        scene.poll()
    assert scene.watched().history == STEADILY_UP
    assert not scene.watched().is_restless
