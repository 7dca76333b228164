"""What the store gives back of what was told, held and summed up."""

from pathlib import Path

from monitor.adapters.sqlite_store.past_reader import STEPS_AT_ONCE
from monitor.domain.notification.told import HeldSpan, ToldAlert, ToldChanges, ToldMessage, Way
from monitor.domain.persistence.record import Record
from tests.fakes import START
from tests.stores import SqliteRuns

BEGIN = START.wall


def message(second: float, receiver: str = "ops") -> ToldMessage:
    """Return a message."""
    alert = ToldAlert(key="ab" * 8, since=BEGIN + second - 1, severity="critical")
    return ToldMessage(at=BEGIN + second, receiver=receiver, way=Way.MAIL, firing=(alert,), resolved=3)


def span(begin: float, end: float | None = None, *, subject: str = "店铺") -> HeldSpan:
    """Return a span."""
    ended = None if end is None else BEGIN + end
    return HeldSpan(alertname="PaperOut", subject=subject, reason="closed", began=BEGIN + begin, ended=ended)


async def told(runs: SqliteRuns, since: float, until: float) -> list[ToldMessage]:
    """Return what was told in a period."""
    return [one async for some in runs.store.told(BEGIN + since, BEGIN + until) for one in some]


async def test_messages_come_back_by_their_time(tmp_path: Path) -> None:
    """From the beginning to before the end, also from another run, and in however many portions."""
    runs = SqliteRuns(tmp_path / "posmon.db")
    await runs.start()
    many = [message(50.0, f"r{number:04}") for number in range(STEPS_AT_ONCE + 1)]
    await runs.store.commit(Record(at=START, told=ToldChanges(messages=[message(0), message(60), *many])))
    await runs.store.commit(Record(at=START, told=ToldChanges(messages=[message(0)])))
    await runs.start()
    assert await told(runs, 0, 60) == [message(0), *many]
    assert await told(runs, 60, 61) == [message(60)]
    assert not await told(runs, 61, 100)
    await runs.aclose()


async def test_spans_come_back_that_touch_a_period(tmp_path: Path) -> None:
    """The end that came later counts; what was open when a run ended, ended when the next began."""
    runs = SqliteRuns(tmp_path / "posmon.db")
    await runs.start()
    await runs.store.commit(Record(at=START, told=ToldChanges(held=[span(0), span(5, subject="2")])))
    await runs.store.commit(Record(at=START, told=ToldChanges(held=[span(0, 9)])))
    assert list(await runs.store.held(BEGIN, BEGIN + 1)) == [span(0, 9)]
    assert list(await runs.store.held(BEGIN + 9, BEGIN + 20)) == [span(5, subject="2")]
    await runs.start()
    changes = ToldChanges(held=[span(30, subject="3")], run_began=BEGIN + 30)
    await runs.store.commit(Record(at=START, told=changes))
    found = list(await runs.store.held(BEGIN, BEGIN + 100))
    assert found == [span(0, 9), span(5, 30, subject="2"), span(30, subject="3")]
    await runs.aclose()


async def test_the_summaries_that_were_sent_come_back(tmp_path: Path) -> None:
    """Of each schedule the last."""
    runs = SqliteRuns(tmp_path / "posmon.db")
    assert (await runs.start()).digests == {}
    for until in (1.0, 2.5):
        await runs.store.commit(Record(at=START, told=ToldChanges(digests={"ops daily en": until})))
    await runs.store.commit(Record(at=START, told=ToldChanges(digests={"ops weekly zh": 1.0})))
    assert (await runs.start()).digests == {"ops daily en": 2.5, "ops weekly zh": 1.0}
    await runs.aclose()
