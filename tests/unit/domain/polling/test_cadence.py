import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.selector import Selector
from monitor.domain.polling.cadence import Cadence, CadenceOverride, Timetable
from tests.scenes import terminal

QUICK = Cadence(interval_s=30, timeout_s=5)
SLOW = Cadence(interval_s=300, timeout_s=5)
VERY_SLOW = Cadence(interval_s=900, timeout_s=5)


@pytest.mark.parametrize(
    ("sentence", "cadence", "failures", "down_s", "delay_s"),
    [
        ("a good poll is followed by the next", QUICK, 0, 0, 30),
        ("slow polling stays slow while all is well", SLOW, 0, 0, 300),
        ("a first failure is looked into soon", SLOW, 1, 300, 30),
        ("so is a second", SLOW, 2, 330, 30),
        ("a third has confirmed it", SLOW, 3, 360, 300),
        ("quick polling needs no quickening", QUICK, 1, 30, 30),
        ("the first ten minutes are polled as ever", QUICK, 19, 599, 30),
        ("then twice as slowly", QUICK, 20, 600, 60),
        ("after twenty minutes four times", QUICK, 30, 1200, 120),
        ("at most every five minutes", QUICK, 100, 3600, 300),
        ("after a year it is no slower", QUICK, 10**6, 3e7, 300),
        ("an interval beyond that is kept", VERY_SLOW, 100, 1e6, 900),
    ],
)
def test_delay(sentence: str, cadence: Cadence, failures: int, down_s: float, delay_s: float) -> None:
    """How soon a terminal is asked again depends on how it has answered."""
    assert cadence.delay_s(failures=failures, down_s=down_s) == delay_s, sentence


@given(
    interval_s=st.floats(1, 3600), failures=st.integers(0, 10**6), down_s=st.floats(0, 1e9, allow_nan=False)
)
def test_a_delay_is_never_longer_than_the_slowest(interval_s: float, failures: int, down_s: float) -> None:
    """Nobody is forgotten, and nobody is asked more often than it was configured."""
    delay_s = Cadence(interval_s=interval_s, timeout_s=1).delay_s(failures=failures, down_s=down_s)
    assert min(interval_s, 30) <= delay_s <= max(interval_s, 300)


def test_the_timetable_lays_overrides_over_the_default() -> None:
    """Later overrides win, field by field; where nothing differs, it is the default itself."""
    timetable = Timetable(
        QUICK,
        [
            CadenceOverride(selector=Selector(region="north"), interval_s=60, timeout_s=9),
            CadenceOverride(selector=Selector(site="mall"), interval_s=120),
        ],
    )
    assert timetable.cadence_of(terminal()) is QUICK
    north = timetable.cadence_of(terminal(region="north"))
    assert (north.interval_s, north.timeout_s) == (60, 9)
    mall = timetable.cadence_of(terminal(region="north", site="mall"))
    assert (mall.interval_s, mall.timeout_s, mall.backoff_max_s) == (120, 9, QUICK.backoff_max_s)
