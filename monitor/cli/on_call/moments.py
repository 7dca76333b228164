"""Until when: a length of time, or a moment as people on call write it."""

import re
from datetime import datetime, timedelta

import click

from monitor.cli.output.text import inert
from monitor.domain.instant import parse_rfc3339, rfc3339

_SPAN = re.compile(r"(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?", re.ASCII)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})", re.ASCII)
_HOURS, _MINUTES = 24, 60


def read_span(text: str) -> float:
    """Return the seconds of `30m`, `2h`, `3d` or `1h30m`; raises ValueError with the reason."""
    match = _SPAN.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    seconds = timedelta(days=days, hours=hours, minutes=minutes).total_seconds()
    if not seconds:
        raise ValueError(f"'{inert(text)}' is no length of time such as 30m, 2h, 3d or 1h30m")
    return seconds


def read_until(text: str, now: float) -> float:
    """Return a moment in unix seconds; `now` is when it is asked. Raises ValueError with the reason.

    Read are a time with its offset, a local one (`2026-12-05 22:00`), and the next time that it is so late by
    the local clock (`08:00`).
    """
    wall = parse_rfc3339(text)
    if wall is not None:
        return wall
    try:
        if match := _DATE.fullmatch(text):
            return datetime.fromisoformat(f"{match[1]} {match[2]}").timestamp()
        if match := _CLOCK.fullmatch(text):
            return _next(int(match[1]), int(match[2]), now)
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        f"'{inert(text)}' is no time such as 08:00, '2026-12-05 22:00' or 2026-12-05T22:00+08:00"
    )


def ending(for_s: float | None, until: str | None, now: float) -> str | None:
    """Return the end that the options say, counted from `now`, for the API; None when they say none."""
    if for_s is not None and until is not None:
        raise click.UsageError("--for and --until exclude each other")
    if for_s is not None:
        return rfc3339(now + for_s)
    return None if until is None else rfc3339(_moment(until, now, "--until"))


def beginning(text: str | None, now: float) -> str | None:
    """Return the beginning that --from says, for the API; None when it says none."""
    return None if text is None else rfc3339(_moment(text, now, "--from"))


def happened(text: str, now: float) -> str:
    """Return when something happened, as --at says it, for the API; a time of day is the last such."""
    wall = _moment(text, now, "--at")
    if _CLOCK.fullmatch(text):
        wall -= timedelta(days=1).total_seconds()
    return rfc3339(wall)


def read_past(text: str, option: str) -> str:
    """Return a moment with a date, for the API; refuses one without as the option's fault."""
    if _CLOCK.fullmatch(text):
        raise click.BadParameter(f"'{text}' has no date; write it as '2026-12-05 {text}'", param_hint=option)
    return rfc3339(_moment(text, 0.0, option))


def _moment(text: str, now: float, option: str) -> float:
    try:
        return read_until(text, now)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


def _next(hour: int, minute: int, now: float) -> float:
    if hour >= _HOURS or minute >= _MINUTES:
        raise ValueError
    today = datetime.fromtimestamp(now).astimezone().replace(tzinfo=None)
    wanted = today.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if wanted <= today:
        wanted += timedelta(days=1)
    return wanted.timestamp()
