"""What every store that lasts gives back of device records."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.domain.device_record.entry import DeviceEntry, EntryKind
from monitor.domain.persistence.record import Record
from tests.fakes import START
from tests.stores import LastingRuns, Runs, SqliteRuns

REPAIR = DeviceEntry(
    terminal_id="10000001",
    at=START.wall - 60.25,
    id="r1",
    kind=EntryKind.REPAIR,
    text="换屏",
    by="ann",
    via="page",
    noted_at=START.wall,
)


def change(number: int, terminal_id: str = "10000001") -> DeviceEntry:
    """Return a change of firmware, one a second."""
    at = START.wall + number
    return DeviceEntry(
        terminal_id=terminal_id,
        at=at,
        id="firmware_version",
        kind=EntryKind.CHANGE,
        what="firmware_version",
        before=str(number),
        after=str(number + 1),
        noted_at=at,
    )


@pytest.fixture(params=["fake", "sqlite"])
async def runs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Runs]:
    """Give each store in turn, its first run begun."""
    made: Runs = LastingRuns() if request.param == "fake" else SqliteRuns(tmp_path / "posmon.db")
    await made.start()
    yield made
    await made.aclose()


async def test_lines_come_back_whole_newest_first_page_by_page(runs: Runs) -> None:
    """Those of another terminal are not among them; one that is given again is no second one."""
    await runs.store.commit(Record(at=START, device_entries=[REPAIR, change(1), change(2, "10000002")]))
    await runs.store.commit(Record(at=START, device_entries=[change(1), change(3)]))
    await runs.start()
    assert list(await runs.store.device_record("10000001", limit=9)) == [change(3), change(1), REPAIR]
    first, second = await runs.store.device_record("10000001", limit=2)
    following = await runs.store.device_record("10000001", before=(second.at, second.id), limit=2)
    assert [first, second, *following] == [change(3), change(1), REPAIR]
    assert list(await runs.store.device_record("10000003", limit=9)) == []
    assert list(await runs.store.device_record("10000001", limit=0)) == []


async def test_a_terminal_that_is_forgotten_keeps_its_record(runs: Runs) -> None:
    """It says where a device was that comes back."""
    await runs.store.commit(Record(at=START, device_entries=[REPAIR]))
    await runs.store.commit(Record(at=START, forgotten=["10000001"]))
    assert list(await runs.store.device_record("10000001", limit=9)) == [REPAIR]
