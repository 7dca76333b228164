import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.lifecycle import TABLE, AlertOverError, Signal, Verdict, advance, weigh

ROWS = [
    ("nothing is wrong and nothing opens", "inactive", "absent", "inactive"),
    ("nothing was wrong for long and nothing opens", "inactive", "settled", "inactive"),
    ("no data opens nothing", "inactive", "unknown", "inactive"),
    ("a condition seen opens an alert that waits", "inactive", "present", "pending"),
    (
        "a condition that has lasted long enough before it is seen fires at once",
        "inactive",
        "confirmed",
        "firing",
    ),
    ("a condition still there waits on", "pending", "present", "pending"),
    ("a condition there for long enough fires", "pending", "confirmed", "firing"),
    ("a condition gone before its time was never there", "pending", "absent", "inactive"),
    ("a condition long gone before its time was never there", "pending", "settled", "inactive"),
    ("no data neither confirms nor withdraws a suspicion", "pending", "unknown", "pending"),
    ("a condition still there fires on", "firing", "present", "firing"),
    ("a condition confirmed once more fires on", "firing", "confirmed", "firing"),
    ("a condition just gone fires on until it stays away", "firing", "absent", "firing"),
    ("a condition that stayed away is over", "firing", "settled", "resolved"),
    ("no data is not ok", "firing", "unknown", "firing"),
]


@pytest.mark.parametrize(("sentence", "state", "signal", "following"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_of_the_table(sentence: str, state: str, signal: str, following: str) -> None:
    """Every state answers every signal as the row says."""
    assert advance(AlertState(state), Signal(signal)) is AlertState(following), sentence


def test_the_rows_are_all_there_are() -> None:
    """No state or signal was added to the table without its row here."""
    told = {(AlertState(state), Signal(signal)) for _, state, signal, _ in ROWS}
    assert told == {(state, signal) for state, signals in TABLE.items() for signal in signals}
    assert told == {(state, signal) for state in AlertState for signal in Signal if state != "resolved"}


@pytest.mark.parametrize("signal", Signal)
def test_a_resolved_alert_is_over(signal: Signal) -> None:
    """Whatever is seen, a resolved alert does not come back to life."""
    with pytest.raises(AlertOverError, match="a resolved alert does not move"):
        advance(AlertState.RESOLVED, signal)


@pytest.mark.parametrize(
    ("sentence", "verdict", "is_held", "is_quiet", "signal"),
    [
        ("seen, but not for long enough", "present", False, False, "present"),
        ("seen for long enough", "present", True, False, "confirmed"),
        ("gone, but not for long enough", "absent", False, False, "absent"),
        ("gone for long enough", "absent", False, True, "settled"),
        ("how long it was there does not matter once it is gone", "absent", True, False, "absent"),
        ("no data is no data, however long", "unknown", True, True, "unknown"),
    ],
)
def test_a_verdict_is_weighed_with_its_age(
    sentence: str, verdict: str, *, is_held: bool, is_quiet: bool, signal: str
) -> None:
    """Time turns a verdict into a confirmed or a settled one."""
    assert weigh(Verdict(verdict), is_held=is_held, is_quiet=is_quiet) is Signal(signal), sentence
