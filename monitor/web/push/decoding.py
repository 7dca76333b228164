"""From a body's bytes to what the intake takes."""

import asyncio
from typing import Any

from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.strict_json import BadJson, decode_strictly

AT_ONCE_BYTES = 32 * 1024
"""What is decoded in well under a millisecond; more goes to a thread."""
MAX_LINE_BYTES = MAX_BYTES
MOST_ITEMS = 10_000
MOST_PARTS = 3 * MOST_ITEMS


class WrongShape(ValueError):
    """JSON that is not the document it should be: `field` and a phrase."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


async def decoded(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a body says; raises BadJson and WrongShape. Others have their turn meanwhile."""
    # Values that hold values cost far more to build than their two bytes: a megabyte of them, a second.
    if body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise WrongShape("", "holds too many lists and objects")
    if len(body) <= AT_ONCE_BYTES:
        return decode_strictly(body)
    return await asyncio.to_thread(decode_strictly, body)


def lines_of(body: bytes) -> list[tuple[int, bytes]]:
    """Return the lines that say something, with their numbers from 0; raises WrongShape for too many."""
    if body.count(b"\n") > MOST_ITEMS:
        raise WrongShape("", f"more than {MOST_ITEMS} lines")
    return [(number, line) for number, line in enumerate(body.split(b"\n")) if line.strip()]


def check_line(line: bytes) -> None:
    """Raise BadJson when a line is too long to be one object."""
    if len(line) > MAX_LINE_BYTES:
        raise BadJson(f"longer than {MAX_LINE_BYTES} bytes")


def terminal_id_of(document: object) -> str:
    """Return whom a document claims to be about, right-stripped; raises WrongShape.

    An id that is none is for the intake to judge: terminals that garble theirs are worth an alert.
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
