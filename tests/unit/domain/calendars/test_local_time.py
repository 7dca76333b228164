from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.calendars.local_time import instant_of
from tests.unit.domain.calendars.clock_nights import MINUTE, NIGHTS, minutes, shown

EVERY = 15


@pytest.mark.parametrize("zone_name", NIGHTS)
@pytest.mark.parametrize("which", [0, 1])
def test_a_clock_time_is_the_moment_at_which_the_clocks_show_it(zone_name: str, which: int) -> None:
    """Of two such moments the first or the last; where there is none, the end of the gap."""
    zone, night = ZoneInfo(zone_name), NIGHTS[zone_name][which]
    seen = [(moment, shown(moment, zone)) for moment in minutes(night)]
    start = datetime.combine(night, datetime.min.time())
    for minute in range(-6 * 60, 30 * 60, EVERY):
        clock = start + timedelta(minutes=minute)
        exact = [moment for moment, showing in seen if showing == clock]
        if not exact:
            exact = [next(moment for moment, showing in seen if showing > clock)]
            before = exact[0] - MINUTE
            assert shown(before, zone) < clock, "the clocks jumped over it"
        assert instant_of(night, minute, zone, last=False) == exact[0].timestamp(), clock
        assert instant_of(night, minute, zone, last=True) == exact[-1].timestamp(), clock


def test_minutes_reach_into_the_next_day() -> None:
    """A span over midnight ends after 1440."""
    zone = ZoneInfo("Asia/Shanghai")
    at_six = instant_of(date(2026, 11, 20), 30 * 60, zone, last=False)
    assert at_six == datetime(2026, 11, 21, 6, tzinfo=zone).timestamp()
