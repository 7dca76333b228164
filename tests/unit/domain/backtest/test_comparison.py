from monitor.domain.backtest.alert_life import AlertLife
from monitor.domain.backtest.comparison import Difference, compare


def life(
    begin: float, end: float, subject: str = "1", name: str = "PaperOut", *, told: bool = True
) -> AlertLife:
    """Return an alert that fired and resolved."""
    return AlertLife(name, subject, begin, end, is_open=False, is_told=told)


def test_alerts_of_one_subject_that_overlap_are_one() -> None:
    """Each change is told with both durations; an alert without a counterpart is gone or new."""
    before = [life(0, 10), life(100, 110), life(0, 10, "2"), life(0, 10, "3")]
    after = [life(5, 30), life(0, 4, "2"), life(0, 10.5, "3"), life(50, 60, "4")]
    [paper] = compare(before, after)
    assert paper.longer == [Difference("1", 0, 10, 25)]
    assert paper.gone == [Difference("1", 100, 10, 0)]
    assert paper.shorter == [Difference("2", 0, 10, 4)]
    assert paper.new == [Difference("4", 50, 0, 10)]
    assert (paper.raised_before, paper.raised) == (4, 4)


def test_one_long_alert_may_stand_for_several_short_ones() -> None:
    """Their durations count together."""
    [paper] = compare([life(0, 10), life(20, 30)], [life(0, 30)])
    assert paper.longer == [Difference("1", 0, 20, 30)]
    assert not paper.gone
    assert not paper.new


def test_other_names_and_subjects_are_other_alerts() -> None:
    """Only alerts of one name and subject are compared; what is told is counted by itself."""
    low, out = compare([life(0, 9, name="PaperLow", told=False)], [life(0, 9)])
    assert (low.alertname, low.raised_before, low.told_before, low.raised, len(low.gone)) == (
        "PaperLow",
        1,
        0,
        0,
        1,
    )
    assert (out.alertname, out.raised, out.told, len(out.new)) == ("PaperOut", 1, 1, 1)


def test_nothing_raised_compares_to_nothing() -> None:
    """Without alerts there is nothing to tell."""
    assert compare([], []) == []
