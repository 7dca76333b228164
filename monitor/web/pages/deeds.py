"""What the forms of the pages ask for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct, field

from monitor.domain.instant import rfc3339
from monitor.views.alert_lines import read_key
from monitor.views.documents import MAX_LIMIT
from monitor.web.routing.problems import Refused, refused
from monitor.web.routing.query import NOTICE, Done

MORNING_H = 8
_HOUR_S = 3600.0
_BACK = ("/alerts", "/silences")
_NOTICES = frozenset(parameter.name for parameter in NOTICE)


class Deed(StrEnum):
    """What may be done to alerts by a button; silences say how long."""

    ACKNOWLEDGE = "acknowledge"
    SILENCE_1H = "silence-1h"
    SILENCE_4H = "silence-4h"
    SILENCE_1D = "silence-1d"
    SILENCE_MORNING = "silence-morning"
    END = "end"


class DeedForm(Struct, kw_only=True):
    """What is sent to act on alerts: their keys, as the page has them, and one comment for all."""

    do: Deed
    alert: list[str] = field(default_factory=list)
    comment: str = ""
    back: str = ""


class SilenceForm(Struct, kw_only=True):
    """What is sent to silence by a match; an empty field matches anything, a comma separates values."""

    do: Deed
    comment: str
    alertname: str = ""
    terminal_id: str = ""
    site: str = ""
    region: str = ""
    model: str = ""
    owner: str = ""
    severity: str = ""
    confirm: str = ""


class EndForm(Struct, kw_only=True):
    """What is sent to end a rule; `back` is the page to go on with."""

    back: str = ""


MATCH_FIELDS = ("site", "region", "model", "alertname", "terminal_id", "owner", "severity")


def deed_of(form: Mapping[str, list[str]]) -> Deed:
    """Return what a form asks for; refuses (422) anything else."""
    try:
        return Deed(one_of(form, "do"))
    except ValueError:
        raise _wrong(f"do: is none of {', '.join(Deed)}") from None


def alerts_of(form: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """Return name, subject and beginning of the alerts that a form names; refuses (422) none at all."""
    keys = list(dict.fromkeys(form.get("alert", [])))
    if not keys:
        raise _wrong("alert: tick at least one alert")
    if len(keys) > MAX_LIMIT:
        raise _wrong(f"alert: at most {MAX_LIMIT} at once")
    try:
        return [read_key(key) for key in keys]
    except ValueError as error:
        raise _wrong(f"alert: {error}") from None


def match_of(form: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the match that a form describes."""
    written = {key: one_of(form, key).split(",") for key in MATCH_FIELDS}
    match = {key: [value.strip() for value in values if value.strip()] for key, values in written.items()}
    return {key: values for key, values in match.items() if values}


def one_of(form: Mapping[str, list[str]], name: str) -> str:
    """Return the only value of a field without spaces around it, "" for none; refuses (422) several."""
    values = form.get(name, [])
    if len(values) > 1:
        raise _wrong(f"{name}: is given more than once")
    return values[0].strip() if values else ""


def until_of(deed: Deed, wall: float) -> str:
    """Return when a silence of that button ends."""
    hours = {Deed.SILENCE_1H: 1, Deed.SILENCE_4H: 4, Deed.SILENCE_1D: 24}
    if deed in hours:
        return rfc3339(wall + hours[deed] * _HOUR_S)
    if deed is Deed.SILENCE_MORNING:
        return rfc3339(morning_after(wall).timestamp())
    raise _wrong("do: is no silence")


def morning_after(wall: float) -> datetime:
    """Return the next eight o'clock by this machine's clock that is an hour away at least."""
    earliest = datetime.fromtimestamp(wall).astimezone() + timedelta(hours=1)
    day = earliest.replace(hour=MORNING_H, minute=0, second=0, microsecond=0, tzinfo=None)
    morning = day.astimezone()
    return morning if morning >= earliest else (day + timedelta(days=1)).astimezone()


def way_back(back: str, done: Done, *, count: int, over: int = 0) -> str:
    """Return where a browser goes on: the page of ours that it came from, with what was done."""
    parts = urlsplit(back if back.startswith("/") else "")
    path = parts.path if parts.path.startswith(_BACK) else _BACK[0]
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _NOTICES]
    said = [("done", done.value), ("count", str(count)), *([("over", str(over))] if over else [])]
    return f"{path}?{urlencode([*kept, *said])}"


def _wrong(detail: str) -> Refused:
    return refused(422, "Unprocessable Content", detail)
