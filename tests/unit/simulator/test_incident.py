import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.faults import FAULTS
from monitor.simulator.incident import Incident

KIND = FAULTS["offline"]
TENTHS = st.integers(1, 2000)


def incident(at_s: float = 0, for_s: float | None = None, every_s: float | None = None) -> Incident:
    """Return an incident at those times."""
    return Incident(kind=KIND, parameters={}, at_s=at_s, for_s=for_s, every_s=every_s)


CASES = [
    ("before it begins nothing lasts", incident(10, 5), 9.9, None),
    ("it begins at its time", incident(10, 5), 10, 0),
    ("it has lasted since then", incident(10, 5), 14, 4),
    ("it is over after its time", incident(10, 5), 15, None),
    ("without an end it lasts for good", incident(10), 1e6, 1e6 - 10),
    ("between two occurrences nothing lasts", incident(10, 5, 60), 69, None),
    ("it begins again", incident(10, 5, 60), 71, 1),
    ("again and again", incident(10, 5, 60), 10 + 60 * 1000 + 4, 4),
]


@pytest.mark.parametrize(("one", "elapsed_s", "lasted_s"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_incident_lasts(one: Incident, elapsed_s: float, lasted_s: float | None) -> None:
    """An incident tells for how long it has lasted."""
    assert one.lasted_s(elapsed_s) == lasted_s


@given(at=TENTHS, lasts=TENTHS, pause=TENTHS, repeats=st.booleans(), now=st.integers(0, 10_000))
def test_nothing_changes_before_the_next_change(
    at: int, lasts: int, pause: int, repeats: bool, now: int
) -> None:
    """Up to the announced moment an incident stays as it is, and there it changes."""
    one = incident(at, lasts, lasts + pause if repeats else None)
    change_s = one.next_change_s(now)
    before = one.lasted_s(now) is None
    if change_s is None:
        assert before
        assert one.lasted_s(now + 100_000) is None
    else:
        assert change_s > now
        assert (one.lasted_s(math.nextafter(change_s, 0)) is None) is before
        assert (one.lasted_s(change_s) is None) is not before


def test_an_endless_incident_changes_once() -> None:
    """It begins, and that is all."""
    assert (incident(10).next_change_s(3), incident(10).next_change_s(11)) == (10, None)
