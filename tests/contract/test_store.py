"""What every journal of transitions keeps to."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.memory_store import MemoryStore
from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity, Transition
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import JournalEntry, Record
from monitor.ports.store import Store
from tests import fakes
from tests.lasting_store import LastingStore
from tests.stores import SqliteRuns


def transition(subject: str, second: float, state: AlertState = AlertState.FIRING) -> Transition:
    """Return one step of an alert about `subject`."""
    at = fakes.START.ago(-second)
    return Transition(
        alertname="PaperOut",
        subject=subject,
        severity=Severity.CRITICAL,
        previous=AlertState.PENDING,
        state=state,
        at=at,
        since=fakes.START,
        labels={"alertname": "PaperOut", "terminal_id": subject},
        annotations={"summary": "paper is out"},
    )


def record(*transitions: Transition) -> Record:
    """Return transitions of open alerts as one record."""
    return Record(
        at=fakes.START,
        steps=[JournalEntry(transition=each, alert=_alert(each), told=True) for each in transitions],
    )


def _alert(step: Transition) -> Alert:
    return Alert(
        alertname=step.alertname,
        subject=step.subject,
        labels=step.labels,
        severity=step.severity,
        category=Category.PRINTER,
        since=step.since,
        state=step.state,
        last_present=step.at,
        annotations=step.annotations,
    )


@pytest.fixture(params=["fake", "lasting fake", "memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Give each store in turn, empty and loaded."""
    runs = SqliteRuns(tmp_path / "posmon.db")
    if request.param == "sqlite":
        await runs.start()
        yield runs.store
    else:
        made = _IN_MEMORY[request.param]()
        await made.load(fakes.START)
        yield made
    await runs.aclose()


_IN_MEMORY: dict[str, Callable[[], Store]] = {
    "fake": fakes.MemoryStore,
    "lasting fake": LastingStore,
    "memory": MemoryStore,
}


async def test_history_is_newest_first_and_about_one_subject(store: Store) -> None:
    """Across commits and within one, in the order they were committed."""
    steps = [transition("1", 1), transition("2", 2), transition("1", 3), transition("1", 4)]
    await store.commit(record(*steps[:3]))
    await store.commit(record(*steps[3:]))
    assert list(await store.history("1", limit=10)) == [steps[3], steps[2], steps[0]]
    assert list(await store.history("2", limit=10)) == [steps[1]]


async def test_history_is_limited(store: Store) -> None:
    """To the newest ones."""
    steps = [transition("1", second) for second in range(5)]
    await store.commit(record(*steps))
    assert list(await store.history("1", limit=2)) == [steps[4], steps[3]]
    assert list(await store.history("1", limit=0)) == []


async def test_an_unknown_subject_has_no_history(store: Store) -> None:
    """It is no error, and neither is committing nothing."""
    await store.commit(record())
    assert list(await store.history("nobody", limit=10)) == []


async def steps_in(store: Store, since: float, until: float) -> list[Transition]:
    """Return all that a store yields of a period, in seconds after the start."""
    wall = fakes.START.wall
    return [step async for found in store.steps(wall + since, wall + until) for step in found]


async def test_the_steps_of_a_period_are_oldest_first(store: Store) -> None:
    """Of all subjects: the first moment is of the period, the last is not; two may be of one moment."""
    early, late = transition("1", 1), transition("9", 9)
    within = [transition("2", 2), transition("3", 5), transition("1", 5), transition("2", 6)]
    await store.commit(record(early, late, within[0]))
    await store.commit(record(*within[1:]))
    assert await steps_in(store, 2.0, 9.0) == within
    assert await steps_in(store, 0.0, 10.0) == [early, *within, late]
    assert await steps_in(store, 7.0, 9.0) == []


async def test_the_steps_of_a_period_are_all_of_them(store: Store) -> None:
    """However many portions they come in, also when many are of one moment."""
    steps = [transition(str(number), 1 + number // 1500) for number in range(2500)]
    await store.commit(record(*steps))
    assert await steps_in(store, 0.0, 10.0) == steps


def offline(
    subject: str, since: float, state: AlertState, at: float, ran_s: float | None = None
) -> Transition:
    """Return a step of `TerminalOffline` that began at a second; posmon ran for `ran_s` of them."""
    begin, end = fakes.START.ago(-since), fakes.START.ago(-at)
    if ran_s is not None:
        begin = Instant(end.monotonic - ran_s, begin.wall)
    before = AlertState.PENDING if state is AlertState.FIRING else AlertState.FIRING
    step = transition(subject, at, state)
    return replace(step, alertname="TerminalOffline", previous=before, since=begin, at=end)


async def test_absences_are_alerts_that_fired_and_ended_in_a_period(store: Store) -> None:
    """Of the subjects asked for and one name; what posmon did not watch is told."""
    ended, fired, inactive = AlertState.RESOLVED, AlertState.FIRING, AlertState.INACTIVE
    steps = [
        offline("1", 10, fired, 100),
        offline("1", 10, ended, 200),
        offline("1", 300, ended, 400, ran_s=40),
        replace(offline("1", 410, inactive, 415), previous=AlertState.PENDING),
        offline("2", 20, ended, 150),
        offline("3", 20, ended, 150),
        transition("1", 160, ended),
    ]
    await store.commit(record(*steps))
    wall = fakes.START.wall

    async def found(since: float, until: float) -> list[tuple[str, float, float, float]]:
        asked = await store.absences(
            "TerminalOffline", ["2", "1", "nobody"], since=wall + since, until=wall + until
        )
        return [(one.subject, one.begin - wall, one.end - wall, one.unwatched_s) for one in asked]

    assert await found(0, 1000) == [("2", 20, 150, 0), ("1", 10, 200, 0), ("1", 300, 400, 60)]
    assert await found(150, 400) == [("2", 20, 150, 0), ("1", 10, 200, 0)]
    assert await found(151, 200) == []
