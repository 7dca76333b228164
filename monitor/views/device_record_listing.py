"""Device records as documents."""

from collections.abc import Sequence
from math import isfinite

from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.instant import rfc3339
from monitor.views.cursor import BadCursor, decode_cursor, encode_cursor
from monitor.views.device_record_documents import DeviceEntryDocument, DeviceRecordPage


def device_record_page(terminal_id: str, found: Sequence[DeviceEntry], limit: int) -> DeviceRecordPage:
    """Return up to `limit` of the lines found; one more than that says that there are more."""
    shown = found[:limit]
    following = encode_cursor(repr(shown[-1].at), shown[-1].id) if len(found) > limit else None
    return DeviceRecordPage(
        terminal_id=terminal_id,
        entries=[device_entry_document(one) for one in shown],
        next_cursor=following,
    )


def device_entry_document(entry: DeviceEntry) -> DeviceEntryDocument:
    """Return one line."""
    return DeviceEntryDocument(
        at=rfc3339(entry.at),
        kind=entry.kind.value,
        id=entry.id,
        what=entry.what,
        before=entry.before,
        after=entry.after,
        text=entry.text,
        by=entry.by,
        via=entry.via,
        noted_at=rfc3339(entry.noted_at),
    )


def read_place(cursor: str) -> tuple[float, str]:
    """Return the time and id of the line that a cursor stands for, or raise BadCursor."""
    at, entry_id = decode_cursor(cursor, parts=2)
    try:
        wall = float(at)
    except ValueError:
        raise BadCursor("not a cursor of this listing") from None
    if not isfinite(wall):
        raise BadCursor("not a cursor of this listing")
    return wall, entry_id
