"""A line that somebody wants to write, read from its document."""

from dataclasses import dataclass

from monitor.domain.device_record.entry import EntryKind
from monitor.domain.on_call.requests import RequestReader

LONGEST_TEXT = 1000
WRITTEN_BY_PEOPLE = tuple(kind for kind in EntryKind if kind is not EntryKind.CHANGE)
CLOCKS_DIFFER_S = 300.0
"""A time so little ahead of posmon's clock is now, by another clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWish:
    """What somebody wants to write; `at` is when it happened, unix seconds."""

    kind: EntryKind
    text: str
    at: float


def read_note(written: object, now: float) -> NoteWish:
    """Read `{"kind": "repair", "text": "…", "at": "…"}`; raises InvalidAction with every fault."""
    reader = RequestReader(written, ("kind", "text", "at", "by"))
    kind = _kind(reader)
    text = reader.text("text", longest=LONGEST_TEXT, needed=True)
    at = reader.moment("at")
    if at is not None and at > now + CLOCKS_DIFFER_S:
        reader.fault("at", "is in the future; the record says what happened")
    elif at is not None and at < 0:
        reader.fault("at", "is before 1970")
    reader.finish()
    return NoteWish(kind=kind, text=text, at=now if at is None else min(at, now))


def _kind(reader: RequestReader) -> EntryKind:
    name = reader.text("kind")
    if not name:
        return EntryKind.NOTE
    if name not in WRITTEN_BY_PEOPLE:
        reader.fault("kind", f"is none of {', '.join(WRITTEN_BY_PEOPLE)}")
        return EntryKind.NOTE
    return EntryKind(name)
