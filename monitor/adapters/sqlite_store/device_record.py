"""Device records in the store."""

from collections.abc import Iterable, Sequence

from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.adapters.sqlite_store.documents import document, text
from monitor.domain.device_record.entry import DeviceEntry, EntryKind

CHANGES_KEPT = 1000
"""So many changes of one terminal are kept: a device that names a new version each minute fills no disk."""

_ENTRY = "INSERT OR IGNORE INTO device_record VALUES (?, ?, ?, ?, ?)"
_OLD_CHANGES = (
    "DELETE FROM device_record WHERE terminal_id = ?1 AND kind = 'change' AND at_wall < ("
    "SELECT at_wall FROM device_record WHERE terminal_id = ?1 AND kind = 'change'"
    " ORDER BY at_wall DESC LIMIT 1 OFFSET ?2)"
)
_ENTRIES = (
    "SELECT document FROM device_record WHERE terminal_id = ? AND (at_wall, id) < (?, ?)"
    " ORDER BY at_wall DESC, id DESC LIMIT ?"
)


def write_entries(connection: DatabaseConnection, entries: Iterable[DeviceEntry]) -> None:
    """Write lines, each once; the oldest changes of a terminal beyond CHANGES_KEPT go."""
    rows = [(text(one.terminal_id), one.at, text(one.id), one.kind.value, document(one)) for one in entries]
    connection.executemany(_ENTRY, rows)
    changed = {row[0] for row in rows if row[3] == EntryKind.CHANGE.value}
    connection.executemany(_OLD_CHANGES, [(terminal_id, CHANGES_KEPT - 1) for terminal_id in changed])


def entry_rows(
    connection: DatabaseConnection, terminal_id: str, *, before: tuple[float, str], limit: int
) -> Sequence[tuple[str]]:
    """Return the documents of a terminal's last `limit` lines before a time and id, newest first."""
    return connection.execute(_ENTRIES, (terminal_id, *before, limit)).fetchall()
