"""What every store that lasts gives back after a restart."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity, Transition
from monitor.domain.events.event import OperatorLogin, Transaction, UnknownIdGiven
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.terminal_memory import Change, TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.notification.outbox import Entry, OutboxChanges, identity_of
from monitor.domain.persistence.record import JournalEntry, Record
from monitor.domain.sources.discovery import DiscoveredTerminal
from tests.contract.test_store import transition
from tests.fakes import START
from tests.lasting_store import keys_of, moved_alert, moved_by, moved_memory
from tests.stores import LastingRuns, Runs, SqliteRuns, events_in

REBOOTED = Instant(50.0, START.wall + 86_400.0)
"""A day later by the wall, on a machine that has just started."""

RECEIVER = "http://127.0.0.1:9093"


@pytest.fixture(params=["fake", "sqlite"])
async def runs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Runs]:
    """Give each store in turn, its first run begun."""
    made: Runs = LastingRuns() if request.param == "fake" else SqliteRuns(tmp_path / "posmon.db")
    assert await made.start() is not None
    yield made
    await made.aclose()


def at(seconds: float) -> Instant:
    """Return a moment of the first run."""
    return START.ago(-seconds)


def alert(subject: str) -> Alert:
    """Return an alert with every clock set."""
    return Alert(
        alertname="PaperOut",
        subject=subject,
        labels={"alertname": "PaperOut", "terminal_id": subject, "site": "Köln 007"},
        severity=Severity.CRITICAL,
        category=Category.PRINTER,
        since=at(-90.25),
        state=AlertState.FIRING,
        last_present=at(3.5),
        seen_since=at(-80.0),
        absent_since=at(4.0),
        fired_at=at(1.0),
        stalled_s=2.5,
        annotations={"summary": "paper is out", "action_zh": "请更换打印纸"},
    )


def memory(terminal_id: str) -> TerminalMemory:
    """Return what may be known of a terminal, all of it."""
    return TerminalMemory(
        terminal_id=terminal_id,
        first_seen=at(-500.0),
        last_good=at(2.0),
        failures=3,
        history=2**21 - 1,
        polls_seen=40,
        restarts=(at(-30.0), at(-10.0)),
        facts={"serial_number": "N910-1", "firmware_version": "3.2.1"},
        changes=(Change(at=at(-10.0), what="firmware_version", before="3.2.0", after="3.2.1"),),
    )


def opened(subject: str, *, told: bool = True) -> JournalEntry:
    """Return the step with which an alert fires."""
    return JournalEntry(transition=transition(subject, 1), alert=alert(subject), told=told)


def closed(subject: str, second: float = 2) -> JournalEntry:
    """Return the step with which it is over."""
    return JournalEntry(transition=transition(subject, second, AlertState.RESOLVED), alert=None, told=True)


def told_later(step: Transition, seconds: float) -> Transition:
    """Return a transition told on a clock that is ahead."""
    move = moved_by(seconds)
    return replace(step, at=move(step.at), since=move(step.since))


async def test_nothing_is_remembered_at_first(runs: Runs) -> None:
    """An empty store has nothing to say, and the second run after no commit neither."""
    remembered = await runs.start(REBOOTED)
    assert not any([remembered.alerts, remembered.terminals, remembered.event_keys, remembered.outboxes])
    assert not await events_in(runs.store)


async def test_open_alerts_come_back_with_their_clocks(runs: Runs) -> None:
    """The last state of each; what was closed is gone. A day without posmon makes none of them older."""
    await runs.store.commit(Record(at=at(5.0), steps=[opened("1"), opened("2"), opened("3")]))
    await runs.store.commit(Record(at=at(10.0), steps=[closed("2")]))
    remembered = await runs.start(REBOOTED)
    later = moved_by(REBOOTED.monotonic - at(10.0).monotonic)
    assert sorted(remembered.alerts, key=lambda a: a.subject) == [
        moved_alert(alert("1"), later),
        moved_alert(alert("3"), later),
    ]


async def test_running_time_adds_up_over_several_runs(runs: Runs) -> None:
    """A third run knows how long posmon was running in the first and the second."""
    await runs.store.commit(Record(at=at(10.0), steps=[opened("1")]))
    await runs.start(REBOOTED)
    await runs.store.commit(Record(at=REBOOTED.ago(-20.0)))
    third = Instant(5.0, 0.0)
    (found,) = (await runs.start(third)).alerts
    assert third.monotonic - found.since.monotonic == pytest.approx(90.25 + 10.0 + 20.0)
    assert found.since.wall == at(-90.25).wall


async def test_terminals_come_back(runs: Runs) -> None:
    """As last saved, but for those that were forgotten."""
    await runs.store.commit(Record(at=at(5.0), terminals=[memory("1"), memory("2"), memory("3")]))
    newer = replace(memory("1"), failures=4, last_good=None)
    await runs.store.commit(Record(at=at(6.0), terminals=[newer], forgotten=["2", "unknown"]))
    remembered = await runs.start(REBOOTED)
    later = moved_by(REBOOTED.monotonic - at(6.0).monotonic)
    assert sorted(remembered.terminals, key=lambda m: m.terminal_id) == [
        moved_memory(newer, later),
        moved_memory(memory("3"), later),
    ]


async def test_discovered_terminals_come_back(runs: Runs) -> None:
    """As last saved, with the running time since a list lacked them, but for those that were dropped."""
    rows = [Terminal(terminal_id=name, endpoint=f"tills:{name}", site="Köln") for name in "123"]
    found = {row.terminal_id: DiscoveredTerminal(terminal=row) for row in rows}
    await runs.store.commit(Record(at=at(5.0), discovered=found))
    missed = DiscoveredTerminal(terminal=rows[0], unlisted_since=at(5.5))
    await runs.store.commit(Record(at=at(6.0), discovered={"1": missed, "2": None, "unknown": None}))
    remembered = await runs.start(REBOOTED)
    later = moved_by(REBOOTED.monotonic - at(6.0).monotonic)
    assert sorted(remembered.discovered, key=lambda one: one.terminal.terminal_id) == [
        replace(missed, unlisted_since=later(at(5.5))),
        found["3"],
    ]


async def test_events_come_back(runs: Runs) -> None:
    """Of every type, in the order they were heard, two of one id as well; their keys are there at once."""
    events = [
        SeenEvent(
            terminal_id="2",
            heard_at=at(1.0),
            told_s=1,
            event=Transaction(
                id="a", at=1.5, response_code="55", card="ab", amount_minor=1200, currency="CNY"
            ),
        ),
        SeenEvent(
            terminal_id="1",
            heard_at=at(2.0),
            told_s=2,
            event=OperatorLogin(id="a", at=2.5, operator_id="01", success=False),
        ),
        SeenEvent(
            terminal_id="1",
            heard_at=at(2.5),
            told_s=90,
            event=OperatorLogin(id="a", at=90.5, operator_id="01", success=False),
        ),
        SeenEvent(
            terminal_id="/source/till",
            heard_at=at(3.0),
            told_s=0,
            event=UnknownIdGiven(id="(garbled)", at=3.5),
        ),
    ]
    await runs.store.commit(Record(at=at(2.0), events=events))
    remembered = await runs.start(START)
    assert remembered.event_keys == keys_of(events)
    assert [replace(seen, heard_at=START) for seen in await events_in(runs.store)] == [
        replace(seen, heard_at=START) for seen in events
    ]


async def test_events_of_this_run_are_not_among_those_that_come_back(runs: Runs) -> None:
    """They are in their windows already, however late the others come."""
    first, second = (
        SeenEvent(
            terminal_id="1",
            heard_at=at(1.0),
            told_s=1,
            event=OperatorLogin(id=name, at=1.5, operator_id="01", success=True),
        )
        for name in "ab"
    )
    await runs.store.commit(Record(at=at(2.0), events=[first]))
    await runs.start(START)
    await runs.store.commit(Record(at=START, events=[second]))
    assert [seen.event.id for seen in await events_in(runs.store)] == ["a"]


def entry(subject: str) -> Entry:
    """Return one alert as a receiver has it."""
    return Entry(
        labels={"terminal_id": subject, "alertname": "PaperOut"},
        annotations={"summary": "paper is out"},
        since=at(-3.0),
        heard=True,
        settled_at=at(-1.0),
    )


async def test_outboxes_come_back_with_what_they_do_not_hold_yet(runs: Runs) -> None:
    """An outbox is as it stood before its record's steps; those that are told follow it, in order."""
    entries = [entry("1"), entry("2"), entry("3")]
    first = OutboxChanges(put=entries)
    await runs.store.commit(Record(at=at(1.0), steps=[opened("0")], outboxes={RECEIVER: first}))
    second = OutboxChanges(put=[replace(entries[2], rejected=True)], forgotten=[identity_of(entries[0])])
    steps = [opened("1"), opened("quiet", told=False), closed("2")]
    await runs.store.commit(Record(at=at(2.0), steps=steps, outboxes={RECEIVER: second}))
    await runs.store.commit(Record(at=at(3.0), steps=[closed("1", 3.0)], outboxes={}))
    remembered = await runs.start(REBOOTED)
    assert [(e.labels["terminal_id"], e.rejected) for e in remembered.outboxes[RECEIVER]] == [
        ("2", False),
        ("3", True),
    ]
    late_s = REBOOTED.monotonic - at(3.0).monotonic
    assert list(remembered.untold[RECEIVER]) == [
        told_later(step.transition, late_s) for step in (steps[0], steps[2], closed("1", 3.0))
    ]


async def test_a_restart_keeps_the_history(runs: Runs) -> None:
    """Steps of several runs are one journal."""
    await runs.store.commit(Record(at=at(1.0), steps=[opened("1")]))
    await runs.start(REBOOTED)
    await runs.store.commit(Record(at=REBOOTED, steps=[closed("1")]))
    assert [step.state for step in await runs.store.history("1", limit=10)] == [
        AlertState.RESOLVED,
        AlertState.FIRING,
    ]
