from monitor.domain.device_record.entry import LATELY_S, DeviceEntry, EntryKind, changes_seen, last_entries
from monitor.domain.fleet.terminal_memory import Change, TerminalMemory
from tests.fakes import START


def memory(*changes: Change) -> TerminalMemory:
    """Return a terminal's memory with these changes."""
    return TerminalMemory(terminal_id="10000001", first_seen=START, changes=changes)


def line(at: float, name: str = "a", *, terminal_id: str = "10000001") -> DeviceEntry:
    """Return a note at a time."""
    return DeviceEntry(terminal_id=terminal_id, at=at, id=name, kind=EntryKind.NOTE, text="seen", noted_at=at)


def test_a_change_of_late_is_a_line_and_the_same_one_each_time() -> None:
    """One of long ago has been written: it makes no line again."""
    new = Change(at=START, what="firmware_version", before="1", after="2")
    old = Change(at=START.ago(LATELY_S + 1), what="endpoint", before="a:1", after="b:1")
    (entry,) = changes_seen([memory(old, new)], START)
    assert (entry.terminal_id, entry.at, entry.kind) == ("10000001", START.wall, EntryKind.CHANGE)
    assert (entry.what, entry.before, entry.after) == ("firmware_version", "1", "2")
    (again,) = changes_seen([memory(new)], START.ago(-60))
    assert again.key == entry.key


def test_the_last_lines_of_one_terminal_come_newest_first() -> None:
    """A line given twice is one; a place in the list leads to those before it."""
    entries = [line(1.0), line(3.0), line(3.0, "b"), line(3.0, "b"), line(9.0, terminal_id="2")]
    found = last_entries(entries, "10000001", before=None, limit=2)
    assert [(one.at, one.id) for one in found] == [(3.0, "b"), (3.0, "a")]
    assert [one.at for one in last_entries(entries, "10000001", before=(3.0, "a"), limit=9)] == [1.0]
    assert last_entries(entries, "10000001", before=None, limit=-1) == []
