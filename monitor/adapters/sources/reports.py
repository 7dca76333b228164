"""Making a report of what a source says, with the checks that hold for every kind."""

from collections.abc import Iterable
from typing import Any

from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.fields import read_fields
from monitor.domain.sources.report import TerminalReport

LONGEST_ID = 128
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
) -> TerminalReport:
    """Return the report that `fields`, a heartbeat document without its id, make.

    A field that cannot be read is unknown, and named; so is a text that could be a card number.
    """
    document: dict[str, Any] = {"terminal_id": ""}
    found = list(problems)
    for name, value in fields.items():
        if type(value) is str and name not in _MAY_LOOK_LIKE_A_CARD and contains_card_number(value):
            found.append(f"{name}: {CARD}")
        elif value is not None:
            document[name] = value
    reading, unreadable = read_fields(document)
    return TerminalReport(terminal, reading, online=online, seen_at=seen_at, unreadable=(*found, *unreadable))


def word(words: dict[str, str], said: object, field: str, problems: list[str]) -> str | None:
    """Return posmon's word for a vendor's; one that the table does not list is unknown, and noted."""
    if said is None:
        return None
    found = words.get(said) if type(said) is str else None
    if found is None:
        problems.append(f"{field}: a word that this kind does not list")
    return found
