import pytest

from monitor.domain.availability.facts import Profile, RuleInForce, WindowRule
from monitor.domain.availability.recorded_plans import RecordedPlans
from monitor.domain.availability.timeline import Timelines

DAY = 86_400
MIDNIGHT = 1_795_219_200
"""2026-11-21T00:00:00Z."""

SHOP = Profile(site="a", opening_hours="Mo-Su 08:00-20:00", timezone="UTC")
HOUR = 3600


def timelines(*rules: RuleInForce) -> Timelines:
    """Return those of a day that was watched all the time."""
    return Timelines(RecordedPlans(rules, late_s=7 * DAY), [(0, 2**40)], since=MIDNIGHT, until=MIDNIGHT + DAY)


@pytest.mark.parametrize(
    ("began", "ended", "is_explained"),
    [
        (19.0, 32.25, True),
        (18.9, 32.0, False),
        (19.5, 32.3, False),
        (21.0, 23.0, True),
        (19.0, 19.9, False),
        (10.0, 11.0, False),
    ],
)
def test_an_outage_that_fits_into_a_closed_time_is_explained(
    began: float, ended: float, is_explained: bool
) -> None:
    """From an hour before closing to a quarter of an hour after opening."""
    found = timelines().of(SHOP, "t")
    assert found.explains(MIDNIGHT + int(began * HOUR), MIDNIGHT + int(ended * HOUR)) is is_explained


def test_of_a_short_opening_the_second_closed_time_counts_too() -> None:
    """It opens for half an hour at noon; who was switched off then is on again the next day."""
    profile = Profile(opening_hours="Mo-Su 12:00-12:30", timezone="UTC")
    found = timelines().of(profile, "t")
    assert found.explains(MIDNIGHT + int(11.8 * HOUR), MIDNIGHT + 20 * HOUR)


def test_equal_hours_share_one_timeline() -> None:
    """Twenty thousand sites have a dozen kinds of hours."""
    book = timelines()
    other = Profile(site="b", opening_hours="Mo-Su 08:00-20:00", timezone="UTC")
    assert book.of(SHOP, "t") is book.of(other, "u")


def test_a_window_that_names_a_terminal_is_planned_for_that_one_alone() -> None:
    """Others of the same profile keep theirs."""
    rule = WindowRule(
        name="w", match={"terminal_id": ("t",)}, begin=MIDNIGHT + 9 * HOUR, end=MIDNIGHT + 10 * HOUR
    )
    book = timelines(RuleInForce(id="w", since=0, rule=rule))
    assert book.of(SHOP, "t").planned.within(MIDNIGHT, MIDNIGHT + DAY) == HOUR
    assert book.of(SHOP, "u").planned.within(MIDNIGHT, MIDNIGHT + DAY) == 0


def test_a_long_outage_is_measured_from_its_beginning() -> None:
    """However long before the period that was."""
    book = timelines()
    assert book.of(SHOP, "t").since > MIDNIGHT - 100 * DAY
    far = book.of(SHOP, "t", back_to=MIDNIGHT - 100 * DAY)
    assert far.since <= MIDNIGHT - 100 * DAY
    assert far.judged.within(MIDNIGHT - 100 * DAY, MIDNIGHT) == 100 * 12 * HOUR
