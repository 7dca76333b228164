"""The outer form of pushed documents: JSON that names a terminal and may hold a list of events."""

from typing import Any

from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.strict_json import BadJson, decode_leniently

MAX_LINE_BYTES = MAX_BYTES
MOST_ITEMS = 10_000
MOST_PARTS = 3 * MOST_ITEMS


class RefusedPush(ValueError):
    """A document that is refused as a whole: `field` ("" for all of it) and `reason`, in posmon's words."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class WrongShape(RefusedPush):
    """The document is JSON, but does not have the form of a push."""


def decode_document(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the JSON value of a body; raises BadJson and WrongShape."""
    # Values that hold values cost far more to build than their two bytes: a megabyte of them, a second.
    if body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise WrongShape("", "holds too many lists and objects")
    return decode_leniently(body)


def split_lines(body: bytes) -> list[tuple[int, bytes]]:
    """Return the lines that are not blank, with their numbers from 0; raises WrongShape for too many."""
    if body.count(b"\n") > MOST_ITEMS:
        raise WrongShape("", f"more than {MOST_ITEMS} lines")
    return [(number, line) for number, line in enumerate(body.split(b"\n")) if line.strip()]


def check_line(line: bytes) -> None:
    """Raise BadJson when a line is too long to be one object."""
    if len(line) > MAX_LINE_BYTES:
        raise BadJson(f"longer than {MAX_LINE_BYTES} bytes")


def terminal_id_of(document: object) -> str:
    """Return the terminal id that a document names, without padding on the right; raises WrongShape.

    A text that is no valid id is returned as well: the intake counts it, for terminals that garble their
    id are worth an alert.
    """
    if not isinstance(document, dict):
        raise WrongShape("", "not an object")
    terminal_id = document.get("terminal_id")
    if terminal_id is None:
        raise WrongShape("terminal_id", "missing")
    if not isinstance(terminal_id, str):
        raise WrongShape("terminal_id", "not text")
    return terminal_id.rstrip(" ")


def events_of(document: object) -> list[object]:
    """Return the events of a document; raises WrongShape."""
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise WrongShape("events", "missing" if events is None else "not a list")
    if len(events) > MOST_ITEMS:
        raise WrongShape("events", f"more than {MOST_ITEMS}")
    return events
