"""What the templates of a ticket system may name."""

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.config.section import Place
from monitor.config.suggestions import did_you_mean

REF, ID, NUMBER, SESSION = "ref", "id", "number", "session"
LISTS = ("alerts", "labels", "annotations")
"""Values that are no text."""

VALUES = (
    REF,
    "step",
    "status",
    "title",
    "text",
    "html",
    "count",
    "alertname",
    "severity",
    "category",
    "owner",
    "site",
    "region",
    "terminal_id",
    "merchant_id",
    "vendor",
    "model",
    "summary",
    "description",
    "cause",
    "action",
    "evidence",
    "contact",
    "plan",
    "runbook_url",
    "started_at",
    "ended_at",
    "external_url",
    *LISTS,
)
"""What every template may name; docs/tickets.md describes each."""

OF = "of"

_TABLE = "write a table, as in {of: severity, critical: '1', else: '2'}"
_TABLES = "write names and their tables, as in {urgency: {of: severity, critical: '1', else: '2'}}"

ValueTable = dict[str, Any]
"""`of` names a value, other keys are its words and what each becomes, `else` is for all others."""


def read_table(written: object) -> object:
    """Return tables as they are written; raises ValueError where they are none."""
    if not isinstance(written, Mapping):
        raise ValueError(_TABLES)  # noqa: TRY004 - pydantic takes ValueError as a fault
    for table in written.values():
        if not isinstance(table, Mapping):
            raise ValueError(_TABLE)  # noqa: TRY004 - as above
    return written


def bad_table(tables: Mapping[str, ValueTable]) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with the tables, by place in the section."""
    texts = [name for name in VALUES if name not in LISTS]
    for name, table in tables.items():
        place: Place = ("values", name)
        if not (name.isascii() and name.replace("_", "").islower() and name.replace("_", "").isalpha()):
            yield place, "a name is small letters and _"
        elif name in {*VALUES, ID, NUMBER, SESSION}:
            yield place, "is the name of a value that posmon gives"
        if OF not in table:
            yield place, f"has no '{OF}': of which value are these the words?"
        elif table[OF] not in texts:
            yield (*place, OF), f"names no value{did_you_mean(str(table[OF]), texts)}"
        if not table.keys() - {OF}:
            yield place, "has no words"
        for word, value in table.items():
            if word != OF and not isinstance(value, str | int | float | bool):
                yield (*place, word), "write text, a number, true or false"
