"""Durations, times and component states as the pages word them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from monitor.domain.heartbeat.reading import (
    ComponentStatus,
    PinPadStatus,
    PrinterStatus,
    Reading,
    RegistrationStatus,
)
from monitor.domain.instant import parse_rfc3339, rfc3339

_WORD = re.compile(r"[A-Z][a-z]*|[a-z]+")
_ACRONYMS = {"Pin": "PIN", "Id": "ID"}
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400

_NO_SEVERITIES: Mapping[str, str] = MappingProxyType({})


class Say(Protocol):
    """A function that returns an English text in some language, with values in the places named by braces."""

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the text."""
        ...


def english(text: str, /, **values: object) -> str:
    """Say it as it is given."""
    return text.format(**values) if values else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a terminal as a tile: `tone` is `ok`, `warning`, `critical` or `unknown`."""

    name: str
    state: str
    tone: str


def age(seconds: float, _: Say = english) -> str:
    """Return a duration in its two largest units, short: `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    whole = int(max(0.0, seconds))
    minutes, hours, days = whole // _MINUTE_S, whole // _HOUR_S, whole // _DAY_S
    if whole < _MINUTE_S:
        return _("{seconds} s", seconds=whole)
    if whole < _HOUR_S:
        return _("{minutes} min", minutes=minutes)
    if whole < _DAY_S:
        return _("{hours} h {minutes} min", hours=hours, minutes=f"{minutes % 60:02}")
    return _("{days} d {hours} h", days=days, hours=hours % 24)


def span(seconds: float, _: Say = english) -> str:
    """Return a round duration: `15 min`, `3 h`."""
    hours, minutes = divmod(int(seconds) // _MINUTE_S, 60)
    return _("{hours} h", hours=hours) if hours else _("{minutes} min", minutes=minutes)


def moment(timestamp: str) -> str:
    """Return an RFC 3339 timestamp of ours as people read it: `2026-11-21 01:00:00 UTC`."""
    return f"{timestamp[:10]} {timestamp[11:19]} UTC"


def clock_time(wall: float) -> str:
    """Return the time of day of a moment in unix seconds: `01:00`, in UTC."""
    return rfc3339(wall)[11:16]


def since(timestamp: str, now: float, _: Say = english) -> str:
    """Return how long ago one of our timestamps was at `now`, unix seconds."""
    then = parse_rfc3339(timestamp)
    return age(now - then, _) if then is not None else ""


def spoken(alertname: str) -> str:
    """Return an alert's name as words: `PaperOut` is `Paper out`, `PinPadFault` is `PIN pad fault`."""
    first, *rest = _WORD.findall(alertname) or [alertname]
    return " ".join((_ACRONYMS.get(first, first), *(_ACRONYMS.get(word, word.lower()) for word in rest)))


def percentage(part: int, whole: int) -> str:
    """Return a share that never rounds up to 100 % nor down to 0 %; `-` of nothing."""
    if whole == 0:
        return "-"
    share = 100 * part / whole
    if 0 < share < 1:
        return "< 1 %"
    return f"{int(share) if part < whole else 100} %"


def parts_of(
    reading: Reading | None, severities: Mapping[str, str] = _NO_SEVERITIES, _: Say = english
) -> tuple[Part, ...]:
    """Return the terminal's parts in the order in which people look for them.

    `severities` are the findings of its rules by part. A part that no rule judges looks like an unknown one:
    nothing says that it is well.
    """
    if reading is None:
        reading = Reading(terminal_id="")
    states = (
        (_("Battery"), "battery", _battery(reading, _)),
        (_("Printer"), "printer", _status(reading.printer_status, _)),
        (_("Registration"), "registration", _status(reading.registration_status, _)),
        (_("Link"), "link", _link(reading, _)),
        (_("Acquirer's host"), "host", _host(reading, _)),
        (_("PIN pad"), "PIN pad", _status(reading.pin_pad_status, _)),
        (_("Card reader"), "card reader", _status(reading.card_reader_status, _)),
        (_("Display"), "display", _status(reading.display_status, _)),
    )
    return tuple(
        Part(
            name=name,
            state=state or _("unknown"),
            tone=severities.get(part, "unknown") if state else "unknown",
        )
        for name, part, state in states
    )


def when(timestamp: str | None) -> str:
    """Return a terminal's own RFC 3339 timestamp as people read it, "" when it is not one."""
    wall = parse_rfc3339(timestamp) if timestamp else None
    return moment(rfc3339(wall)) if wall is not None else ""


def words(value: str, _: Say = english) -> str:
    """Return a value of the API's as people read it: `paper_out` is `paper out`."""
    return _(value.replace("_", " "))


def _status(
    status: PrinterStatus | RegistrationStatus | PinPadStatus | ComponentStatus | None, _: Say
) -> str:
    return words(status.value, _) if status is not None else ""


def _battery(reading: Reading, _: Say) -> str:
    percent = reading.battery_percent
    if reading.battery is None or percent is None:
        return ""
    if reading.battery.charging:
        return _("{percent} %, charging", percent=f"{percent:g}")
    return f"{percent:g} %"


def _link(reading: Reading, _: Say) -> str:
    network = reading.network
    if network is None:
        return ""
    dbm = network.signal_dbm
    signal = "" if dbm is None else f"{dbm:g}\N{NO-BREAK SPACE}dBm"
    return ", ".join(filter(None, (words(network.type, _) if network.type else "", signal)))


def _host(reading: Reading, _: Say) -> str:
    reachable = reading.network.host_reachable if reading.network else None
    if reachable is None:
        return ""
    return _("reachable") if reachable else _("unreachable")
