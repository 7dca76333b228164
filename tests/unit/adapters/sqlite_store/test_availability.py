import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from monitor.adapters.sqlite_store.availability import read_episode, read_rule_in_force
from monitor.domain.availability.facts import (
    AvailabilityChanges,
    AvailabilityMemory,
    CalendarRule,
    Episode,
    EpisodeKind,
    Profile,
    ProfileFrom,
    RuleInForce,
    Watch,
    WindowRule,
)
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import Record
from tests.failing_disk import FailingDisk
from tests.fakes import START, FakeClock

DOWN = Episode(subject="t1", kind=EpisodeKind.DOWN, began=100, cause="a power cut", fired=190)
WINDOW = WindowRule(name="w", match={"site": ("a", "b")}, every="Mo 02:00-04:00", zone="UTC", by="ann")
CALENDAR = CalendarRule(
    name="cn", holidays=("2026-10-01",), worked={"2026-10-10": 4}, hours={"2026-12-24": ((0, 9),)}
)
SITE = Profile(site="mall", opening_hours="Mo-Su 08:00-20:00", timezone="Asia/Shanghai")


async def kept(path: Path, *portions: AvailabilityChanges, at: Instant = START) -> AvailabilityMemory:
    """Commit these changes one after the other, and return what the next run finds."""
    async with open_store(path, clock=FakeClock(at)) as store:
        await store.load(at)
        for changes in portions:
            await store.commit(Record(at=at, availability=changes))
    async with open_store(path, clock=FakeClock(at)) as store:
        return (await store.load(at)).availability


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Return what a query finds."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


async def test_what_goes_on_is_found_again(tmp_path: Path) -> None:
    """Episodes, the latest profile of each terminal, rules in force, and how long posmon ran."""
    found = await kept(
        tmp_path / "posmon.db",
        AvailabilityChanges(
            episodes=[DOWN],
            profiles=[
                ProfileFrom(terminal_id="t1", since=1, profile=Profile(site="old")),
                ProfileFrom(terminal_id="t1", since=50, profile=SITE),
                ProfileFrom(terminal_id="t2", since=1, profile=SITE),
                ProfileFrom(terminal_id="t3", since=1, profile=SITE),
                ProfileFrom(terminal_id="t3", since=9, profile=None),
            ],
            watches=[Watch(began=1, ended=60)],
            rules=[
                RuleInForce(id="w", since=1, rule=WINDOW),
                RuleInForce(id="cn", since=1, rule=CALENDAR),
                RuleInForce(id="gone", since=1, until=5, rule=WINDOW),
            ],
        ),
        AvailabilityChanges(watches=[Watch(began=1, ended=120)]),
    )
    assert found.episodes == (DOWN,)
    assert {(one.terminal_id, one.since, one.profile) for one in found.profiles} == {
        ("t1", 50, SITE),
        ("t2", 1, SITE),
    }
    assert {one.id: one.rule for one in found.rules} == {"w": WINDOW, "cn": CALENDAR}
    assert found.watched_until == 120
    assert rows(tmp_path / "posmon.db", "SELECT count(*) FROM profiles") == [(2,)]


async def test_a_episode_that_ends_moves(tmp_path: Path) -> None:
    """Into the table of those that are over; one without length leaves nothing."""
    path = tmp_path / "posmon.db"
    brief = Episode(subject="t2", kind=EpisodeKind.UNKNOWN, began=100)
    over = Episode(
        subject="t1", kind=EpisodeKind.DOWN, began=100, ended=400, cause="a power cut", fired=190, acked=200
    )
    ended = Episode(subject="t2", kind=EpisodeKind.UNKNOWN, began=100, ended=100)
    found = await kept(
        path, AvailabilityChanges(episodes=[DOWN, brief]), AvailabilityChanges(episodes=[over, ended])
    )
    assert found.episodes == ()
    assert rows(path, "SELECT * FROM episodes") == [(400, "t1", "down", "", 100, "a power cut", 190, 200)]


async def test_what_ended_and_began_again_in_one_commit_is_kept_apart(tmp_path: Path) -> None:
    """In whatever order they come."""
    over = Episode(subject="t1", kind=EpisodeKind.DOWN, began=100, ended=400)
    again = Episode(subject="t1", kind=EpisodeKind.DOWN, began=430)
    found = await kept(
        tmp_path / "posmon.db",
        AvailabilityChanges(episodes=[DOWN]),
        AvailabilityChanges(episodes=[over, again]),
    )
    assert found.episodes == (again,)


async def test_facts_wait_for_a_disk_that_fails(tmp_path: Path) -> None:
    """The latest state of each is written when it can be, once."""
    disk = FailingDisk()
    path = tmp_path / "posmon.db"
    async with open_store(path, clock=FakeClock(), connect=disk.connect, retry_s=0.01) as store:
        await store.load(START)
        disk.plan = lambda sql: "COMMIT" in sql
        await store.commit(Record(at=START, availability=AvailabilityChanges(episodes=[DOWN])))
        over = Episode(subject="t1", kind=EpisodeKind.DOWN, began=100, ended=400)
        await store.commit(Record(at=START, availability=AvailabilityChanges(episodes=[over])))
        assert disk.injected
        disk.heal()
    assert rows(path, "SELECT subject, began, ended FROM episodes") == [("t1", 100, 400)]
    assert rows(path, "SELECT count(*) FROM open_episodes") == [(0,)]


async def test_a_damaged_row_costs_only_itself(tmp_path: Path) -> None:
    """In each table; the store counts them."""
    path = tmp_path / "posmon.db"
    await kept(
        path,
        AvailabilityChanges(
            episodes=[DOWN],
            profiles=[ProfileFrom(terminal_id="t1", since=1, profile=SITE)],
            rules=[RuleInForce(id="w", since=1, rule=WINDOW)],
        ),
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "INSERT INTO open_episodes VALUES ('t9', 'odd', '', 1, '', NULL, NULL);"
            "INSERT INTO profiles VALUES (99, 'no document');"
            "INSERT INTO terminal_profiles VALUES ('t9', 1, 99);"
            "INSERT INTO rules_in_force VALUES ('x', 1, NULL, 'window', '[]'), ('y', 1, NULL, 'odd', '{}');"
        )
    async with open_store(path, clock=FakeClock()) as store:
        found = (await store.load(START)).availability
        assert store.health.unreadable == 4
    assert found.episodes == (DOWN,)
    assert [one.terminal_id for one in found.profiles] == ["t1"]
    assert [one.id for one in found.rules] == ["w"]


def test_a_row_that_is_no_fact_is_refused() -> None:
    """A later posmon may have other kinds."""
    with pytest.raises(ValueError, match="no kind of episode"):
        read_episode(("t", "odd", "", 1, 2, "", None, None))
    with pytest.raises(ValueError, match="ends before it begins"):
        read_episode(("t", "down", "", 2, 1, "", None, None))
    with pytest.raises(ValueError, match="no kind of rule"):
        read_rule_in_force(("w", 1, None, "odd", "{}"))


def episodes_ended(seconds: Iterable[int]) -> list[Episode]:
    """Return episodes of one terminal that ended at these seconds."""
    return [Episode(subject="t", kind=EpisodeKind.DOWN, began=at - 5, ended=at) for at in seconds]


@pytest.mark.parametrize(("running_s", "left"), [(999.0, 3), (1000.0, 1)])
async def test_old_facts_go_once_posmon_has_run_for_as_long(
    tmp_path: Path, running_s: float, left: int
) -> None:
    """A wall clock that jumps ahead in a young store deletes nothing."""
    path, now = tmp_path / "posmon.db", Instant(0.0, 10_000.0)
    changes = AvailabilityChanges(
        episodes=episodes_ended([8000, 8999, 9000]),
        profiles=[
            ProfileFrom(terminal_id="moved", since=1, profile=SITE),
            ProfileFrom(terminal_id="moved", since=2, profile=Profile(site="new")),
            ProfileFrom(terminal_id="moved", since=9500, profile=SITE),
            ProfileFrom(terminal_id="gone", since=1, profile=Profile(site="gone")),
            ProfileFrom(terminal_id="gone", since=2, profile=None),
        ],
        watches=[Watch(began=1, ended=8000), Watch(began=8001, ended=9999)],
        rules=[
            RuleInForce(id="w", since=1, until=8000, rule=WINDOW),
            RuleInForce(id="w", since=8001, rule=WINDOW),
        ],
    )
    async with open_store(path, clock=FakeClock(now), reports_kept_s=1000.0) as store:
        await store.load(now)
        await store.commit(Record(at=now, availability=changes))
        later = Instant(running_s, 10_000.0)
        await store.commit(Record(at=later))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE progress SET at_s = 3600 * (1 + CAST(at_s AS INTEGER) / 3600) WHERE at_s > 999"
        )
        connection.commit()
    async with open_store(path, clock=FakeClock(now), reports_kept_s=1000.0) as store:
        await store.load(now)
        await store.commit(Record(at=now))
    assert rows(path, "SELECT count(*) FROM episodes") == [(left,)]
    is_pruned = left == 1
    assert rows(path, "SELECT count(*) FROM watches") == [(1 if is_pruned else 2,)]
    assert rows(path, "SELECT count(*) FROM rules_in_force") == [(1 if is_pruned else 2,)]
    assert rows(path, "SELECT count(*) FROM terminal_profiles") == [(2 if is_pruned else 5,)]
    assert rows(path, "SELECT count(*) FROM profiles") == [(2 if is_pruned else 3,)]
