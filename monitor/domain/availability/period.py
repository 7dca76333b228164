"""The period of a report, as people write it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.domain.errors import Fault, InvalidAction
from monitor.domain.instant import parse_rfc3339, rfc3339

LONGEST_DAYS = 800
"""A little more than posmon keeps."""

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` to before `until` (whole unix seconds); days begin in `timezone` (IANA)."""

    since: int
    until: int
    timezone: str


def read_period(
    *, begin: str, end: str, month: str, timezone: str, now: float, first_second: int | None = None
) -> Period:
    """Read a period; raises InvalidAction with every fault by its field (`from`, `to`, `month`, `timezone`).

    `begin` and `end` are days (`2026-11-01`), which begin at midnight in `timezone`, or times with an offset;
    `end` is not in the period, and is now where it is "". `month` (`2026-11`) stands for both. Where all
    three are "", the period is the last whole month, or this one until now where the history is no older.
    `first_second` is when the history begins (unix seconds).
    """
    zone = _zone(timezone)
    reading = _Reading(zone)
    if month and (begin or end):
        reading.fault("month", "stands for 'from' and 'to'; give either the one or the others")
    if month or not (begin or end):
        since, until = reading.month(month, now)
        if not month and until is not None and first_second is not None and first_second >= until:
            since, until = until, int(now)
    else:
        since, until = reading.moment("from", begin), reading.moment("to", end) if end else int(now)
        if not begin:
            reading.fault("from", "is needed with 'to'")
    if since is not None and until is not None:
        _check(reading, since, until, now, first_second)
    reading.finish()
    assert since is not None and until is not None  # noqa: S101, PT018 - else `finish` has raised
    return Period(since=since, until=min(until, int(now)), timezone=str(zone))


class _Reading:
    """Reads moments in one zone, and keeps what is wrong with them."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._faults: list[Fault] = []

    def fault(self, field: str, reason: str) -> None:
        """Keep a fault."""
        self._faults.append(Fault(source="request", field=field, reason=reason))

    def finish(self) -> None:
        """Raise InvalidAction when there was any fault."""
        if self._faults:
            raise InvalidAction(self._faults)

    def moment(self, field: str, text: str) -> int | None:
        """Return a day's beginning or a time as whole unix seconds."""
        try:
            if _DATE.fullmatch(text):
                return self._midnight(date.fromisoformat(text))
        except (ValueError, OverflowError):
            pass
        wall = parse_rfc3339(text)
        if wall is not None:
            return int(wall)
        if text:
            self.fault(field, "is no day such as 2026-11-01 and no time with its offset")
        return None

    def month(self, text: str, now: float) -> tuple[int | None, int | None]:
        """Return beginning and end of a month, of the last whole one where `text` is ""."""
        if not text:
            this = datetime.fromtimestamp(now, self._zone).date().replace(day=1)
            return self._midnight((this - timedelta(days=1)).replace(day=1)), self._midnight(this)
        match = _MONTH.fullmatch(text)
        year, number = (int(match[1]), int(match[2])) if match else (0, 0)
        try:
            following = (year + 1, 1) if number == _DECEMBER else (year, number + 1)
            return self._midnight(date(year, number, 1)), self._midnight(date(*following, 1))
        except (ValueError, OverflowError):
            self.fault("month", "is no month such as 2026-11")
            return None, None

    def _midnight(self, day: date) -> int:
        # The first instant of the day: where midnight is skipped, the clock reads later.
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return int(local.astimezone(UTC).timestamp())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = "is no time zone of the IANA database, such as Europe/Berlin"
        raise InvalidAction([Fault(source="request", field="timezone", reason=reason)]) from None


def _check(reading: _Reading, since: int, until: int, now: float, first_second: int | None) -> None:
    if since >= now:
        reading.fault("from", "is in the future")
    elif until <= since:
        reading.fault("to", "is not after 'from'")
    elif until - since > LONGEST_DAYS * 86_400:
        reading.fault("from", f"is more than {LONGEST_DAYS} days before 'to'")
    elif first_second is not None and until <= first_second:
        reading.fault("to", f"is before the first day: posmon's history begins at {rfc3339(first_second)}")
