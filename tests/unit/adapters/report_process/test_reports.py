import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.report_store import DAY_S, Contents, fill
from monitor.adapters.report_process import ReportProcess
from monitor.domain.availability.report import GroupBy, ReportQuery, ReportSummary
from monitor.domain.instant import Instant
from monitor.ports.availability_reports import ReportFailed, gathered
from tests.fakes import FakeClock

UNTIL = 1_795_219_200


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a store with two days of forty terminals in five sites."""
    path = tmp_path / "posmon.db"
    fill(path, Contents(terminals=500, days=2, until=UNTIL, outages_a_month=30, lapses_a_month=15))
    return path


def process(path: Path) -> ReportProcess:
    """Return what makes reports of a store."""
    return ReportProcess(path, clock=FakeClock(), late_s=0.0)


def query(by: GroupBy = GroupBy.TERMINAL) -> ReportQuery:
    """Return a query about both days."""
    return ReportQuery(since=UNTIL - 2 * DAY_S, until=UNTIL, by=by)


async def test_a_report_is_made_by_another_process(path: Path) -> None:
    """Rows in order, in portions, then the summary."""
    parts = [part async for part in process(path).stream(query())]
    assert len(parts) > 2
    assert isinstance(parts[-1], ReportSummary)
    rows, summary = await gathered(process(path).stream(query()))
    assert [row.key for row in rows] == [str(10_000_000 + number) for number in range(500)]
    assert summary.total.seconds.total == 500 * 2 * DAY_S
    assert sum(row.seconds.down for row in rows) == summary.total.seconds.down > 0
    assert sum(row.outages for row in rows) == summary.total.outages > 0


async def test_the_history_begins_somewhere(path: Path, tmp_path: Path) -> None:
    """Or there is none."""
    assert await process(path).first_second() == UNTIL - 2 * DAY_S
    empty = tmp_path / "empty.db"
    fill(empty, Contents(terminals=0, days=1, until=UNTIL))
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("DELETE FROM watches")
        connection.commit()
    assert await process(empty).first_second() is None


async def test_the_last_minute_counts_though_it_is_not_noted_yet(path: Path) -> None:
    """The daemon that asks runs. After a longer pause that says nothing about it."""
    for late_s, watched in ((100, 100), (3600, 0)):
        clock = FakeClock(Instant(0.0, UNTIL + float(late_s)))
        reports = ReportProcess(path, clock=clock, late_s=0.0)
        asked = ReportQuery(since=UNTIL, until=UNTIL + late_s, by=GroupBy.MODEL)
        _, summary = await gathered(reports.stream(asked))
        assert summary.total.seconds.known == 500 * watched


async def test_two_reports_are_made_one_after_the_other(path: Path) -> None:
    """Each is whole."""
    reports = process(path)
    (sites, _), (models, _) = await asyncio.gather(
        gathered(reports.stream(query(GroupBy.SITE))), gathered(reports.stream(query(GroupBy.MODEL)))
    )
    assert len(sites) == 63
    assert len(models) == 4


async def test_a_report_that_nobody_waits_for_is_given_up(path: Path) -> None:
    """The next one does not wait for it."""
    reports = process(path)
    parts = reports.stream(query())
    await anext(parts)
    await parts.aclose()
    rows, _ = await gathered(reports.stream(query(GroupBy.MODEL)))
    assert len(rows) == 4


async def test_damaged_rows_cost_themselves_and_are_counted(path: Path) -> None:
    """Whatever table they stand in."""
    with closing(sqlite3.connect(path)) as connection:
        row = "INSERT INTO episodes VALUES (?, '10000001', ?, '', ?, '', NULL, NULL)"
        connection.execute(row, (UNTIL - 5, "odd", UNTIL - 9))
        connection.execute(row, (UNTIL - 5, "down", UNTIL - 2))
        connection.execute(
            "UPDATE profiles SET document = '{broken' WHERE id = (SELECT min(id) FROM profiles)"
        )
        connection.execute("INSERT INTO rules_in_force VALUES ('x', 1, NULL, 'window', 'no')")
        connection.commit()
    rows, summary = await gathered(process(path).stream(query()))
    assert summary.unreadable >= 4
    assert 490 < len(rows) < 500


async def test_a_store_that_cannot_be_read_makes_no_report(tmp_path: Path) -> None:
    """And the reason is told."""
    with pytest.raises(ReportFailed, match="the store cannot be read"):
        await gathered(process(tmp_path / "nowhere.db").stream(query()))
    (tmp_path / "old.db").write_bytes(b"")
    with pytest.raises(ReportFailed, match="not yet of the present schema"):
        await process(tmp_path / "old.db").first_second()
    (tmp_path / "odd.db").write_bytes(b"no database" * 999)
    with pytest.raises(ReportFailed, match="the store cannot be read"):
        await process(tmp_path / "odd.db").first_second()
