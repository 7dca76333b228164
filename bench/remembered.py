"""A store as a long run leaves it: every terminal known, some alerts firing, a day of events."""

import asyncio
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from random import Random

from bench import fleet
from monitor.adapters.sqlite_store import open_store
from monitor.adapters.system import SystemClock
from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.alerts.labels import identity_labels
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.events.event import Transaction
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.fleet.device_record import facts_of_row
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.persistence.record import JournalEntry, Record

PORTION = 20_000
EVENTS_OVER_S = 20 * 3600.0


def make_store(path: Path, *, terminals: int, alerts: int, events: int, port: int) -> None:
    """Write a store that remembers all this of the bench's fleet, polled at `port`, through the adapter."""
    asyncio.run(_make(path, terminals, alerts, events, port))


async def _make(path: Path, terminals: int, alerts: int, events: int, port: int) -> None:
    clock = SystemClock()
    async with open_store(path, clock=clock, patience_s=120.0) as store:
        now = clock.now()
        await store.load(now)
        for first in range(0, terminals, PORTION):
            await store.commit(Record(at=now, terminals=_memories(first, terminals, now, port)))
        await store.commit(Record(at=now, steps=[_step(index, now) for index in range(alerts)]))
        told = _events(terminals, events, now)
        while portion := list(islice(told, PORTION)):
            await store.commit(Record(at=now, events=portion))


def _memories(first: int, terminals: int, now: Instant, port: int) -> list[TerminalMemory]:
    return [
        TerminalMemory(
            terminal_id=fleet.terminal_id(index),
            first_seen=now.ago(30 * 86_400.0),
            last_good=now.ago(index % 60),
            history=(1 << 21) - 1,
            polls_seen=21,
            facts={
                "serial_number": f"N910-{index:08}",
                "vendor": "newland",
                "model": "N910",
                "firmware_version": "3.2.1",
                "app_version": "5.1.0",
                "merchant_id": "898310148160568",
                "registration_status": "registered",
                **facts_of_row(Terminal(terminal_id="", endpoint=fleet.endpoint(index, port))),
            },
        )
        for index in range(first, min(first + PORTION, terminals))
    ]


def _step(index: int, now: Instant) -> JournalEntry:
    rule = RuleBook()["PaperOut"]
    since = now.ago(600.0)
    labels = identity_labels(rule, TERMINAL, dict(fleet.labels(index)))
    words = {"summary": "Paper is out", "description": "The terminal says that its paper is out."}
    subject = fleet.terminal_id(index)
    alert = Alert(
        alertname=rule.alertname,
        subject=subject,
        labels=labels,
        severity=rule.severity,
        category=rule.detector.category,
        since=since,
        state=AlertState.FIRING,
        last_present=now,
        fired_at=since,
        annotations=words,
    )
    fired = Transition(
        alertname=rule.alertname,
        subject=subject,
        severity=rule.severity,
        previous=AlertState.PENDING,
        state=AlertState.FIRING,
        at=since,
        since=since,
        labels=labels,
        annotations=words,
    )
    return JournalEntry(transition=fired, alert=alert, told=True)


def _events(terminals: int, events: int, now: Instant) -> Iterator[SeenEvent]:
    """Yield a day's events, oldest first; the terminals take turns in lists of up to twenty."""
    dice = Random(1)
    numbers = count()
    for number in islice(numbers, events):
        at = now.ago(EVENTS_OVER_S * (events - number) / events)
        event = Transaction(
            id=f"20261121-{number:08}",
            at=at.wall,
            response_code=dice.choice(fleet.RESPONSE_CODES),
            card=f"{dice.randrange(2_000_000):064x}",
            operator_id="01",
            amount_minor=dice.randrange(100, 50_000),
            currency="CNY",
        )
        terminal_id = fleet.terminal_id(number // 20 % terminals)
        yield SeenEvent(terminal_id=terminal_id, event=event, heard_at=at, told_s=int(event.at))
