"""What every store that lasts gives back of the trend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.domain.persistence.record import Record
from monitor.domain.self_monitoring.fleet_trend import TREND_S, Sample
from tests.fakes import START
from tests.stores import LastingRuns, Runs, SqliteRuns

LATER = START.ago(-600.0)


@pytest.fixture(params=["fake", "sqlite"])
async def runs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Runs]:
    """Give each store in turn, its first run begun."""
    made: Runs = LastingRuns() if request.param == "fake" else SqliteRuns(tmp_path / "posmon.db")
    assert list((await made.start()).samples) == []
    yield made
    await made.aclose()


def sample(minute: int) -> Sample:
    """Return the sample of a minute, its fields told apart."""
    at = START.wall + 60.0 * minute
    return Sample(at=at, ok=minute + 2000, warning=1, critical=2, unknown=3, offline=4, firing=4_000_000_000)


async def test_samples_come_back_in_their_order(runs: Runs) -> None:
    """Whichever commit, and whichever run, they came with."""
    await runs.store.commit(Record(at=START, samples=[sample(0), sample(1)]))
    await runs.store.commit(Record(at=START))
    await runs.store.commit(Record(at=START, samples=[sample(2)]))
    assert list((await runs.start(LATER)).samples) == [sample(0), sample(1), sample(2)]
    await runs.store.commit(Record(at=LATER, samples=[sample(12)]))
    assert list((await runs.start(LATER)).samples) == [sample(0), sample(1), sample(2), sample(12)]


async def test_a_day_is_kept(runs: Runs) -> None:
    """What is older than a day before the latest sample is dropped."""
    day = int(TREND_S / 60)
    await runs.store.commit(Record(at=START, samples=[sample(0), sample(1)]))
    await runs.store.commit(Record(at=START, samples=[sample(day + 1)]))
    assert list((await runs.start(LATER)).samples) == [sample(1), sample(day + 1)]


async def test_a_clock_that_is_put_back_leaves_nothing_of_the_future(runs: Runs) -> None:
    """What was sampled while the clock was ahead would else stay for as long as that was."""
    await runs.store.commit(Record(at=START, samples=[sample(1_000_000)]))
    await runs.store.commit(Record(at=START, samples=[sample(3)]))
    assert list((await runs.start(LATER)).samples) == [sample(3)]
