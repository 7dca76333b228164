"""Making a report of what a source says, with the checks that hold for every kind."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeVar

from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.fields import read_fields
from monitor.domain.instant import parse_rfc3339
from monitor.domain.sources.report import TerminalReport

LONGEST_ID = 128
LONGEST_SITE = 100
Word = TypeVar("Word")
CARD = "could be a card number"
_MAY_LOOK_LIKE_A_CARD = frozenset({"serial_number"})


def terminal_id_of(found: object) -> str | None:
    """Return a source's id of a terminal as text, None for what cannot be one."""
    if type(found) is int:
        found = str(found)
    if type(found) is not str or not 1 <= len(found) <= LONGEST_ID or not found.isprintable():
        return None
    return None if contains_card_number(found) else found


def report_of(
    terminal: str,
    fields: dict[str, Any],
    *,
    online: bool | None = None,
    seen_at: float | None = None,
    problems: Iterable[str] = (),
    site: object = None,
) -> TerminalReport:
    """Return the report that `fields`, a heartbeat document without its id, make.

    A field that cannot be read is unknown, and named; so is a text that could be a card number. A `site` that
    cannot be one is none.
    """
    document: dict[str, Any] = {"terminal_id": ""}
    found = list(problems)
    for name, value in fields.items():
        if type(value) is str and name not in _MAY_LOOK_LIKE_A_CARD and contains_card_number(value):
            found.append(f"{name}: {CARD}")
        elif value is not None:
            document[name] = value
    reading, unreadable = read_fields(document)
    return TerminalReport(
        terminal,
        reading,
        online=online,
        seen_at=seen_at,
        unreadable=(*found, *unreadable),
        site=_site_of(site),
    )


def _site_of(found: object) -> str:
    if type(found) is int:
        found = str(found)
    if type(found) is not str or not found.isprintable() or len(found) > LONGEST_SITE:
        return ""
    return "" if contains_card_number(found) else found.strip()


def read_time(value: object, time_format: str) -> float | None:
    """Return unix seconds, None for what is no time in that format: `rfc3339`, `epoch` or `epoch_ms`."""
    if time_format == "rfc3339":
        return parse_rfc3339(value) if type(value) is str else None
    if type(value) is str and value.isascii() and value.isdigit():
        value = float(value[:20])
    if type(value) not in (int, float):
        return None
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return None
    seconds = seconds / 1000 if time_format == "epoch_ms" else seconds
    return seconds if isfinite(seconds) else None


def word(words: Mapping[str, Word], said: object, field: str, problems: list[str]) -> Word | None:
    """Return what a vendor's word means; one that the table does not list is unknown, and noted."""
    if said is None:
        return None
    if type(said) is not str or said not in words:
        problems.append(f"{field}: a word that this kind does not list")
        return None
    return words[said]
