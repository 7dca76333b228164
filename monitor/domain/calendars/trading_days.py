"""Time that counts: that of the days on which a shop opens."""

from datetime import datetime, timedelta

from monitor.domain.calendars.local_time import instant_of
from monitor.domain.calendars.trading_hours import TradingHours

DAY_S = 86_400.0
_DAYS_LOOKED_AT = 400
"""What lies before is a shop that has closed for good, or a clock that was never set."""


def trading_time_s(begin: float, end: float, hours: TradingHours | None) -> float:
    """Return the seconds between two moments (unix seconds) without the days on which the shop stays closed.

    A day is one of the shop's own clock, from midnight to midnight. Without hours every day counts.
    """
    if hours is None or end <= begin:
        return max(0.0, end - begin)
    begin = max(begin, end - _DAYS_LOOKED_AT * DAY_S)
    day = datetime.fromtimestamp(begin, hours.zone).date()
    counted, at = 0.0, begin
    while at < end:
        following = day + timedelta(days=1)
        midnight = min(end, max(at, instant_of(following, 0, hours.zone, last=False)))
        if hours.opens_on(day):
            counted += midnight - at
        day, at = following, midnight
    return counted
