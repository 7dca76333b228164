from dataclasses import dataclass

import pytest

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN
from monitor.domain.detectors.window_judges import counts, first_mark, lasting, latest, moment_of
from monitor.domain.events.sliding_window import SlidingWindow
from monitor.domain.events.terminal_history import Kind, TerminalHistory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START, Scene, terminal

T = START.monotonic
KIND = Kind.FAILED_LOG_IN


@dataclass(frozen=True)
class Limits:
    """Thresholds as detectors have them."""

    count: int = 3
    window_s: float = 60.0


def marked(*ago: float, since: float = 0.0) -> WatchedTerminal:
    """Return a terminal, watched for `since` seconds, with marks of so many seconds ago, all fresh."""
    scene = Scene([terminal()])
    watched = scene.watched()
    scene.poll()
    watched.watched_since = START.ago(since)
    history = TerminalHistory(clock_offset=0.0, now=START)
    watched.keep_events(history)
    for seconds in ago:
        history.mark(KIND, T - seconds, "x")
    return watched


@pytest.mark.parametrize(
    ("ago", "verdict"),
    [
        ((), ABSENT),
        ((2, 1), ABSENT),
        ((2, 1, 0), PRESENT),
        ((59.9, 1, 0), PRESENT),
        ((60, 1, 0), ABSENT),
        ((500, 490, 480), PRESENT),
    ],
)
def test_a_window_is_full_at_its_count(ago: tuple[float, ...], verdict: object) -> None:
    """Marks that were delivered late count by their own time."""
    assert counts(KIND)(marked(*ago), Limits(), False) is verdict


def test_without_events_a_judge_knows_nothing() -> None:
    """The terminal may not report them."""
    scene = Scene([terminal()])
    assert counts(KIND)(scene.watched(), Limits(), False) is UNKNOWN
    assert first_mark(KIND)(scene.watched(), Limits()) == scene.watched().watched_since


def test_a_count_of_zero_opens_nothing() -> None:
    """It stands for not judged."""
    assert counts(KIND)(marked(1, 0), Limits(count=0), False) is ABSENT


def test_what_has_been_judged_opens_nothing_again() -> None:
    """A window must hold something fresh."""
    watched = marked(2, 1, 0)
    assert watched.events is not None
    watched.events.begin_evaluation(START)
    assert counts(KIND)(watched, Limits(), False) is ABSENT


@pytest.mark.parametrize(
    ("waited_s", "since", "is_down", "verdict"),
    [
        (59.9, 999.0, False, PRESENT),
        (60.0, 999.0, False, ABSENT),
        (60.0, 999.0, True, UNKNOWN),
        (60.0, -10.0, False, UNKNOWN),
    ],
)
def test_an_open_alert_lasts_until_nothing_came_in_for_a_window(
    waited_s: float, since: float, *, is_down: bool, verdict: object
) -> None:
    """A terminal that does not answer, or is watched for less than a window, may have had more."""
    watched = marked(0, since=since)
    assert watched.events is not None
    watched.failures = int(is_down)
    watched.events.now = START.ago(-waited_s)
    assert lasting(watched, watched.events.marks(KIND), 60.0) is verdict
    assert counts(KIND)(watched, Limits(), True) is verdict


def test_the_latest_window_ends_with_the_latest_mark() -> None:
    """However long ago that was."""
    watched = marked(500, 450, 440)
    assert watched.events is not None
    assert latest(watched.events.marks(KIND), 60.0) == [(T - 450, "x"), (T - 440, "x")]
    assert latest(SlidingWindow(), 60.0) == ()


def test_a_window_begins_with_its_first_mark() -> None:
    """Of the window that is full, else of the latest."""
    assert first_mark(KIND)(marked(500, 490, 480, 0), Limits()) == START.ago(500)
    assert first_mark(KIND)(marked(500, 30, 0), Limits()) == START.ago(30)


def test_a_mark_of_the_future_begins_no_later_than_now() -> None:
    """A terminal's clock may be ahead of posmon's."""
    assert moment_of([(T + 100, "x")], START) == START
    assert moment_of([(T - 100, "x")], START) == START.ago(100)
    assert moment_of([], START) == START
