import pytest

from monitor.views.availability_report.figures import NOTHING, availability, share
from tests.unit.views.availability_report.test_document import documented


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, NOTHING),
        (1.0, "100.00 %"),
        (0.999999, "99.99 %"),
        (0.99995, "99.99 %"),
        (0.57, "57.00 %"),
        (0.29, "29.00 %"),
        (0.0, "0.00 %"),
    ],
)
def test_what_is_not_whole_is_never_said_to_be(value: float | None, said: str) -> None:
    """A minute lost in a month is not 100 %."""
    assert share(value) == said


def test_with_little_coverage_the_bounds_are_said_too() -> None:
    """And nothing is neither 0 nor 100 %."""
    _, shop, known, nothing = documented().rows
    assert availability(shop) == "99.53 %"
    assert availability(known) == "99.93 % (33.32 % - 99.97 %)"
    assert availability(nothing) == NOTHING
