"""Where a rhythm and the hours that the inventory gives do not agree."""

from monitor.domain.alerts.phrase import Phrase
from monitor.domain.calendars.opening_hours import OpeningHours
from monitor.domain.calendars.trading_hours import BEFORE_CLOSING_S, MARGIN_S
from monitor.domain.rhythm.weekly_rhythm import WeeklyRhythm, named

_LATE = MARGIN_S / 60
_EARLY = BEFORE_CLOSING_S / 60


def contradiction(given: OpeningHours, rhythm: WeeklyRhythm) -> Phrase | None:
    """Return how a rhythm contradicts opening hours, None when it does not.

    Only what would be told as an alert contradicts: to return late, to go off early, to stay off. Who is on
    while the shop is closed does no harm.
    """
    absent, late, early = [], [], []
    for weekday, spans in enumerate(given.weekdays):
        day = rhythm.week[weekday]
        if spans and day is None:
            absent.append(weekday)
        elif spans and day is not None:
            behind, before = day.begin - spans[0][0], max(end for _, end in spans) - day.end
            if behind > _LATE:
                late.append((weekday, behind))
            if before > _EARLY:
                early.append((weekday, before))
    if late:
        minutes, days = int(max(one[1] for one in late)), named([one[0] for one in late])
        return Phrase(
            f"comes on {minutes} minutes after opening on {days}",
            f"{days} 营业开始 {minutes} 分钟后才开机",
        )
    if early:
        minutes, days = int(max(one[1] for one in early)), named([one[0] for one in early])
        return Phrase(
            f"goes off {minutes} minutes before closing on {days}", f"{days} 打烊前 {minutes} 分钟已关机"
        )
    if absent:
        days = named(absent)
        return Phrase(f"stays off on {days}", f"{days} 全天关机")
    return None
