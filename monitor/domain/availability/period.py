"""The period of a report, as people ask for it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.domain.availability.facts import second_of
from monitor.domain.availability.report import GroupBy, ReportQuery
from monitor.domain.errors import Fault, InvalidDocument
from monitor.domain.instant import parse_rfc3339, rfc3339

LONGEST_S = 800 * 86_400
"""A little more than facts are kept."""

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FORMS = "write 2026-11, 2026-11-05 or 2026-11-05T08:00+08:00"
_LONGEST_SHOWN = 40


class InvalidReport(InvalidDocument):
    """A report that cannot be made of what was asked for."""


def read_report_query(written: Mapping[str, str], *, now: float, first_second: int | None) -> ReportQuery:
    """Read `from`, `to`, `by` and `timezone`; raises InvalidReport with every fault.

    A time is a month, a day (both begin at midnight in the zone) or a moment with its offset. The period ends
    before `to`. Without either it is the last month that is over, or the present one where posmon has no
    older history; without `to` it ends now, without `from` it is the month before `to`. `timezone` is UTC
    when not given. `first_second` is when posmon's history begins (None: it has none), `now` is unix time.
    """
    faults: list[Fault] = []
    zone = _zone(written.get("timezone", "") or "UTC", faults)
    by = _group(written.get("by", "") or GroupBy.SITE.value, faults)
    since, until = (_moment(written.get(name, ""), name, zone, faults) for name in ("from", "to"))
    if not faults:
        since, until = _completed(since, until, zone, now, first_second)
        _check(since, until, faults, now=now, first_second=first_second)
    if faults or since is None or until is None:
        raise InvalidReport(faults)
    return ReportQuery(since=since, until=until, by=by, timezone=zone.key)


def month_before(wall: float, zone: ZoneInfo) -> tuple[int, int]:
    """Return begin and end (unix seconds) of the last month that is over in a zone."""
    here = datetime.fromtimestamp(wall, zone)
    last = here.replace(day=1) - timedelta(days=1)
    return _midnight(last.year, last.month, 1, zone), _midnight(here.year, here.month, 1, zone)


def _completed(
    since: int | None, until: int | None, zone: ZoneInfo, now: float, first_second: int | None
) -> tuple[int, int]:
    if since is None and until is None:
        begin, end = month_before(now, zone)
        is_known = first_second is not None and first_second < end
        return (begin, end) if is_known else (end, second_of(now))
    if until is None:
        until = second_of(now)
    if since is None:
        since = _month_back(until, zone)
    return since, until


def _month_back(until: int, zone: ZoneInfo) -> int:
    """Return the same time of the month before, or of its last day."""
    here = datetime.fromtimestamp(until, zone)
    last = here.replace(day=1) - timedelta(days=1)
    return second_of(last.replace(day=min(here.day, last.day)).timestamp())


def _check(since: int, until: int, faults: list[Fault], *, now: float, first_second: int | None) -> None:
    def fault(field: str, reason: str) -> None:
        faults.append(Fault(source="request", field=field, reason=reason))

    if since > now:
        fault("from", f"lies in the future; it is {rfc3339(now)}")
    elif until <= since:
        fault("to", "is not after from")
    elif until > second_of(now):
        fault("to", f"lies in the future; a report can be made up to now, {rfc3339(now)}")
    elif until - since > LONGEST_S:
        fault("from", f"is more than {LONGEST_S // 86_400} days before to")
    elif first_second is None:
        fault("from", "posmon has recorded nothing yet")
    elif until <= first_second:
        fault("to", f"is before the first day: posmon's history begins {rfc3339(first_second)}")


def _zone(name: str, faults: list[Fault]) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        reason = f"{_shown(name)} is no time zone; write one as in Asia/Shanghai"
        faults.append(Fault(source="request", field="timezone", reason=reason))
        return ZoneInfo("UTC")


def _group(name: str, faults: list[Fault]) -> GroupBy:
    try:
        return GroupBy(name)
    except ValueError:
        reason = f"{_shown(name)} is not one of {' '.join(GroupBy)}"
        faults.append(Fault(source="request", field="by", reason=reason))
        return GroupBy.SITE


def _moment(text: str, field: str, zone: ZoneInfo, faults: list[Fault]) -> int | None:
    if not text:
        return None
    try:
        return _read(text, zone)
    except (ValueError, OverflowError):
        is_local = parse_rfc3339(f"{text}+00:00") is not None
        hint = "has no time zone; write +08:00 or Z behind it" if is_local else f"is no time; {_FORMS}"
        faults.append(Fault(source="request", field=field, reason=f"{_shown(text)} {hint}"))
        return None


def _read(text: str, zone: ZoneInfo) -> int:
    for form in (_DAY, _MONTH):
        if found := form.fullmatch(text):
            year, month, *day = map(int, found.groups())
            return _midnight(year, month, day[0] if day else 1, zone)
    moment = parse_rfc3339(text)
    if moment is None:
        raise ValueError("no time")
    return second_of(moment)


def _midnight(year: int, month: int, day: int, zone: ZoneInfo) -> int:
    return second_of(datetime(year, month, day, tzinfo=zone).timestamp())


def _shown(text: str) -> str:
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return repr(short) if short.isprintable() else ascii(short)
