"""The nights in which clocks change, minute by minute, by the system's own conversion."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)

NIGHTS: dict[str, tuple[date, date]] = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "America/Santiago": (date(2026, 9, 6), date(2026, 4, 5)),
    "Africa/Casablanca": (date(2026, 3, 22), date(2026, 2, 15)),
    "America/St_Johns": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Shanghai": (date(2026, 3, 29), date(2026, 10, 25)),
    "Pacific/Apia": (date(2011, 12, 30), date(2012, 4, 1)),
}
"""By zone: the night in which clocks go forward, and that in which they go back. Apia lost a whole day."""


def minutes(night: date, days: int = 2) -> Iterator[datetime]:
    """Yield the minutes around a night, as UTC."""
    moment = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=days)
    for _ in range(2 * days * 24 * 60):
        yield moment
        moment += MINUTE


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks of a zone show."""
    return moment.astimezone(zone).replace(tzinfo=None)
