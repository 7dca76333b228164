import os
from pathlib import Path

import pytest

from monitor.adapters.recording.folder import segments
from monitor.adapters.recording.reader import RecordingReader
from monitor.adapters.recording.writer import SegmentWriter
from monitor.domain.recording.recorded_poll import NotedPoll
from tests.unit.domain.recording.polls import WALL, answered, assert_same

HOUR_S = 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the recording is to stand."""
    return tmp_path / "recording"


def polls_of(*seconds: float) -> list[NotedPoll]:
    """Return polls of one terminal that has nothing new to say."""
    return [answered("1", second, unsent_transactions=7) for second in seconds]


def test_what_is_written_reads_back(folder: Path) -> None:
    """Blocks of a file build on each other, also over several runs, each with a file of its own."""
    first, second = polls_of(0, 30), polls_of(60, 90)
    writer = SegmentWriter(folder, days=1)
    assert writer.write(first)
    assert writer.write(second)
    third = polls_of(120)
    assert SegmentWriter(folder, days=1).write(third)
    brought = [*RecordingReader(folder).polls()]
    assert len(brought) == 5
    for poll, wanted in zip(brought, [*first, *second, *third], strict=True):
        assert_same(poll, wanted)
    assert writer.written_bytes == segments(folder)[0].stat().st_size


def test_files_are_for_their_owner_alone(folder: Path) -> None:
    """The folder has mode 0700, a file 0600, whatever the umask."""
    before = os.umask(0)
    try:
        SegmentWriter(folder, days=1).write(polls_of(0))
    finally:
        os.umask(before)
    [path] = segments(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_hour_begins_a_file_that_needs_no_other(folder: Path) -> None:
    """Without the file of an hour the next one still brings whole readings."""
    writer = SegmentWriter(folder, days=1)
    writer.write(polls_of(0))
    later = polls_of(HOUR_S + 1)
    writer.write(later)
    first, _ = segments(folder)
    first.unlink()
    [poll] = RecordingReader(folder).polls()
    assert_same(poll, later[0])


def test_files_that_are_too_old_are_removed_and_no_others(folder: Path) -> None:
    """A new file's hour removes those whose last poll is more than `days` ago; a stranger's file stays."""
    writer = SegmentWriter(folder, days=1)
    writer.write(polls_of(0))
    (folder / "notes.rec").write_text("mine")
    writer.write(polls_of(24 * HOUR_S))
    assert len(segments(folder)) == 2
    writer.write(polls_of(26 * HOUR_S))
    assert len(segments(folder)) == 2
    assert (folder / "notes.rec").read_text() == "mine"


def test_a_time_is_read_from_its_files_alone(folder: Path) -> None:
    """`since` counts, `until` does not."""
    writer = SegmentWriter(folder, days=1)
    for hour in range(3):
        writer.write(polls_of(hour * HOUR_S, hour * HOUR_S + 60))
    reader = RecordingReader(folder, since=WALL + 60, until=WALL + 2 * HOUR_S)
    assert [round(poll.at - WALL) for poll in reader.polls()] == [60, HOUR_S, HOUR_S + 60]


def test_a_disk_that_fails_costs_the_block_and_what_follows_is_whole(folder: Path) -> None:
    """The polls of the failure are lost; the next file does not build on them."""
    writer = SegmentWriter(folder, days=1)
    folder.write_text("no folder")
    assert not writer.write(polls_of(0))
    assert writer.fault
    folder.unlink()
    later = polls_of(30)
    assert writer.write(later)
    assert not writer.fault
    [poll] = RecordingReader(folder).polls()
    assert_same(poll, later[0])


def test_a_removed_folder_is_made_anew(folder: Path) -> None:
    """Someone who removes the recording while it is written loses one block more."""
    writer = SegmentWriter(folder, days=1)
    writer.write(polls_of(0))
    segments(folder)[0].unlink()
    folder.rmdir()
    assert not writer.write(polls_of(30))
    later = polls_of(60)
    assert writer.write(later)
    [poll] = RecordingReader(folder).polls()
    assert_same(poll, later[0])
