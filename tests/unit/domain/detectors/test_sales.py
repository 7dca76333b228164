import pytest

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.detectors.sales import RepetitionLimits
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import TerminalHistory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START, Scene, terminal
from tests.unit.domain.detectors.judging import detector_of, summary, verdict

T = START.monotonic
REPEATED, OFF_HOURS = "RepeatedTransactions", "OffHoursTransactions"


def paid(*payments: tuple[float, int, int]) -> WatchedTerminal:
    """Return a terminal with approved payments of (seconds ago, card, amount), all fresh."""
    scene = Scene([terminal()])
    scene.poll()
    watched = scene.watched()
    history = TerminalHistory(clock_offset=0.0, now=START)
    watched.keep_events(history)
    for ago, card, amount in payments:
        history.add_transaction(T - ago, CodeCategory.APPROVED, 0, card, amount)
    return watched


def equal(count: int, *, card: int = 0, amount: int = 0) -> WatchedTerminal:
    """Return a terminal with so many equal payments."""
    return paid(*[(float(number), card, amount) for number in range(count)])


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (equal(5, amount=7), ABSENT),
        (equal(6, amount=7), PRESENT),
        (equal(4, card=7), ABSENT),
        (equal(5, card=7), PRESENT),
        (equal(99), ABSENT),
        (paid(*[(600.0 * n, 0, 7) for n in range(6)]), PRESENT),
        (paid(*[(720.0 * n, 0, 7) for n in range(6)]), ABSENT),
    ],
)
def test_equal_payments_are_counted_within_an_hour(watched: WatchedTerminal, expected: Verdict) -> None:
    """Payments without a card or an amount are equal to none."""
    assert verdict(REPEATED, watched) is expected


def test_a_limit_of_zero_judges_nothing() -> None:
    """Cards and amounts have limits of their own."""
    both = equal(9, card=7, amount=7)
    assert verdict(REPEATED, both, limits=RepetitionLimits(equal_amounts=0, same_card=0)) is ABSENT
    assert verdict(REPEATED, both, limits=RepetitionLimits(equal_amounts=0, same_card=9)) is PRESENT


def test_an_open_alert_ends_with_its_window() -> None:
    """A terminal that does not answer may have sold more."""
    watched = equal(6, amount=7)
    assert watched.events is not None
    watched.events.begin_evaluation(START)
    assert verdict(REPEATED, watched) is ABSENT
    assert verdict(REPEATED, watched, is_open=True) is PRESENT
    watched.events.now = START.ago(-3600)
    assert verdict(REPEATED, watched, is_open=True) is ABSENT
    watched.failures = 1
    assert verdict(REPEATED, watched, is_open=True) is UNKNOWN


def test_repeated_payments_are_counted_in_words_and_began_with_the_first() -> None:
    """Of the window that ends with the latest."""
    watched = paid((9000, 7, 7), (30, 7, 7), (0, 7, 7))
    assert summary(REPEATED, watched).startswith("2 payments of one amount, 2 with one card, in ")
    detector = detector_of(REPEATED)
    assert detector.began is not None
    assert detector.began(watched, detector.limits) == START.ago(30)


def test_a_terminal_without_events_is_unknown() -> None:
    """It has words all the same: a restored alert may be shown before its events are back."""
    watched = Scene([terminal()]).watched()
    detector = detector_of(REPEATED)
    assert verdict(REPEATED, watched) is UNKNOWN
    assert verdict(OFF_HOURS, watched) is UNKNOWN
    assert summary(REPEATED, watched) == "repeated payments"
    assert detector.began is not None
    assert detector.began(watched, detector.limits) == watched.watched_since


def test_a_sale_at_night_is_named_with_its_time_and_the_hours() -> None:
    """The scene begins at nine o'clock in Shanghai."""
    scene = Scene([terminal(opening_hours="Mo-Su 10:00-20:00", timezone="Asia/Shanghai")])
    scene.hear(scene.transaction())
    said = summary(OFF_HOURS, scene.watched())
    assert said.startswith(
        "1 transactions outside opening hours (Mo-Su 10:00-20:00), the last at 2026-11-21T01:00"
    )
    assert "the last" not in summary(OFF_HOURS, Scene([terminal()]).watched())
