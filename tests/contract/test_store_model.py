"""Whatever is recorded, and wherever the runs end, SQLite gives back what a plain model does."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts.alert import AlertState
from monitor.domain.events.event import OperatorLogin
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import OutboxChanges, identity_of
from monitor.domain.persistence.record import JournalEntry, Record
from tests.contract.test_store import transition
from tests.contract.test_store_restart import alert, entry, memory
from tests.fakes import START
from tests.lasting_store import keys_of
from tests.stores import LastingRuns, Runs, SqliteRuns, events_in

WORDS = st.sampled_from(["1", "2", "Köln 007", "上海", "'; DROP TABLE journal; --", "\x00", "a b"])
RECEIVERS = st.sampled_from(["http://a", "http://b"])


def _step(subject: str, is_open: bool, told: bool) -> JournalEntry:
    made = transition(subject, 1, AlertState.FIRING if is_open else AlertState.RESOLVED)
    return JournalEntry(transition=made, alert=alert(subject) if is_open else None, told=told)


def _terminal(terminal_id: str, failures: int) -> TerminalMemory:
    return replace(memory(terminal_id), failures=failures)


changes = st.builds(
    lambda put, forgotten: OutboxChanges(
        put=[entry(name) for name in put - forgotten], forgotten=[identity_of(entry(n)) for n in forgotten]
    ),
    st.frozensets(WORDS, max_size=3),
    st.frozensets(WORDS, max_size=2),
)
records = st.builds(
    lambda steps, terminals, forgotten, outboxes: Record(
        at=START,
        steps=steps,
        terminals=terminals,
        forgotten=sorted(forgotten),
        outboxes=outboxes,
    ),
    st.lists(st.builds(_step, WORDS, st.booleans(), st.booleans()), max_size=4),
    st.lists(st.builds(_terminal, WORDS, st.integers(0, 9)), max_size=2),
    st.frozensets(WORDS, max_size=1),
    st.dictionaries(RECEIVERS, changes, max_size=2),
)
RESTART = None
plans = st.lists(records | st.just(RESTART), max_size=12)


async def _plain(runs: Runs, now: Instant) -> object:
    """Start another run and return everything that is remembered, in an order of its own."""
    remembered = await runs.start(now)
    events = await events_in(runs.store)
    return (
        sorted(map(repr, remembered.alerts)),
        sorted(map(repr, remembered.terminals)),
        remembered.event_keys == keys_of(events),
        [replace(seen, heard_at=START) for seen in events],
        {name: list(entries) for name, entries in remembered.outboxes.items()},
        {name: list(steps) for name, steps in remembered.untold.items()},
    )


async def _follow(plan: list[Record | None], path: Path) -> None:
    model, real = LastingRuns(), SqliteRuns(path)
    now, number = START, 0
    await asyncio.gather(model.start(now), real.start(now))
    for record in [*plan, RESTART]:
        now = Instant(now.monotonic + 8.0, now.wall + 8.0)
        if record is RESTART:
            now = Instant(now.monotonic - 4096.0, now.wall)  # another boot; sums of these are exact
            assert await _plain(real, now) == await _plain(model, now)
            continue
        number += 1
        login = OperatorLogin(id=str(number), at=0.5, operator_id="01", success=True)
        seen = SeenEvent(terminal_id="1", event=login, heard_at=now, told_s=number)
        given_ = replace(record, at=now, events=[seen])
        await model.store.commit(given_)
        await real.store.commit(given_)
    for subject in ("1", "Köln 007", "'; DROP TABLE journal; --"):
        found, expected = [await runs.store.history(subject, limit=5) for runs in (real, model)]
        assert [step.state for step in found] == [step.state for step in expected]
    await real.aclose()


@settings(max_examples=60)
@given(plans)
def test_the_store_is_its_model(plan: list[Record | None]) -> None:
    """Any sequence of records and restarts leaves the same alerts, terminals, events, outboxes and news."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_follow(plan, Path(folder) / "posmon.db"))
