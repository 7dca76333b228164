"""A window of planned work that people ask for, read from its document."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.domain.calendars.flexible import LONGEST_LENGTH_S, SHORTEST_LENGTH_S
from monitor.domain.calendars.opening_hours import BadHours, parse_opening_hours
from monitor.domain.calendars.planned_window import SITE_ZONE
from monitor.domain.on_call.matcher import Matcher, read_matcher
from monitor.domain.on_call.requests import LONGEST_COMMENT, RequestReader

LONGEST_S = 366 * 24 * 3600.0
"""A window ends within a year: what is for ever is no window."""

KEYS = (
    "name",
    "match",
    "every",
    "from",
    "until",
    "timezone",
    "length_s",
    "excuses_sla",
    "comment",
    "confirm",
    "by",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWish:
    """A window that somebody asks for; see `OperatorWindow`. `name` is "" where none is given."""

    name: str
    matcher: Matcher
    begin: float | None
    end: float | None
    every: str
    timezone: str
    length_s: float | None
    excuses_sla: bool
    comment: str
    is_confirmed: bool


def read_window(written: object, now: float) -> WindowWish:
    """Read `{"match": {…}, "from": "…", "until": "…", "comment": "…"}`, or one with `every`.

    Raises InvalidAction with every fault.
    """
    reader = RequestReader(written, KEYS)
    matcher = reader.read(lambda: read_matcher(reader.get("match")))
    every = reader.text("every")
    begin, end = (None, None) if every else _times(reader, now)
    if every:
        _check_hours(reader, every)
    wish = WindowWish(
        name=reader.text("name", longest=64),
        matcher=matcher or Matcher({}),
        begin=begin,
        end=end,
        every=every,
        timezone=_zone(reader, recurs=bool(every)),
        length_s=_length(reader, begin, end),
        excuses_sla=reader.get("excuses_sla") is None or reader.flag("excuses_sla"),
        comment=reader.text("comment", longest=LONGEST_COMMENT, needed=True),
        is_confirmed=reader.flag("confirm"),
    )
    reader.finish()
    return wish


def _times(reader: RequestReader, now: float) -> tuple[float | None, float | None]:
    begin = reader.moment("from")
    end = reader.moment("until", needed=True)
    begin = now if begin is None else begin
    if end is not None and end <= begin:
        reader.fault("until", "is not after 'from'")
    elif end is not None and end <= now:
        reader.fault("until", "is over already")
    elif end is not None and end - now > LONGEST_S:
        reader.fault("until", f"is more than {timedelta(seconds=LONGEST_S).days} days away")
    return begin, end


def _length(reader: RequestReader, begin: float | None, end: float | None) -> float | None:
    """Return the length of a flexible window, None for one that is not."""
    length_s = reader.get("length_s")
    if length_s is None:
        return None
    is_number = isinstance(length_s, int | float) and not isinstance(length_s, bool)
    if not is_number or not SHORTEST_LENGTH_S <= length_s <= LONGEST_LENGTH_S:
        bounds = f"{SHORTEST_LENGTH_S:.0f} to {LONGEST_LENGTH_S:.0f}"
        reader.fault("length_s", f"is not a number of seconds from {bounds}")
    elif begin is not None and end is not None and length_s > end - begin:
        reader.fault("length_s", "is longer than the window")
    else:
        return float(length_s)
    return None


def _check_hours(reader: RequestReader, every: str) -> None:
    for key in ("from", "until"):
        if reader.get(key) is not None:
            reader.fault(key, "cannot stand beside every; a window recurs or is once")
    try:
        hours = parse_opening_hours(every)
    except BadHours as bad:
        reader.fault("every", str(bad))
        return
    if hours.holidays is not None:
        reader.fault("every", "PH has no place in a window, which has no calendar; write the dates")
    elif hours.is_around_the_clock:
        reader.fault("every", "is always in force; a window begins and ends")


def _zone(reader: RequestReader, *, recurs: bool) -> str:
    zone = reader.text("timezone")
    if not zone or zone == SITE_ZONE:
        return SITE_ZONE
    if not recurs:
        reader.fault("timezone", "belongs to every; from and until say their own")
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        reader.fault("timezone", "is no time zone; write one as in Asia/Shanghai, or site")
    return zone
