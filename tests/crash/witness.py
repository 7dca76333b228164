"""What was seen from outside before the kill: lines in a file that no kill takes back."""

import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.domain.rhythm.absence import Absence
from monitor.ports.alert_sink import Delivery
from monitor.ports.store import Store


class Witness:
    """Appends one JSON object a line; what is written is the kernel's, not the process's."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, kind: str, **facts: Any) -> None:
        """Write down what happened."""
        os.write(self._file, json.dumps({"kind": kind} | facts).encode() + b"\n")


def notes(path: Path, kind: str, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Return what was noted of a kind, in order; the first `after` bytes were read before."""
    mark = b'{"kind": "%b"' % kind.encode()
    with path.open("rb") as file:
        file.seek(after)
        for line in file:
            if line.startswith(mark):
                yield json.loads(line)


class WitnessedStore:
    """A store whose every commit is noted once it is acknowledged."""

    def __init__(self, store: Store, witness: Witness) -> None:
        self._store = store
        self._witness = witness

    @property
    def health(self) -> StoreHealth:
        """How the store gets on."""
        return self._store.health

    async def load(self, now: Instant) -> Remembered:
        """Return what is remembered."""
        return await self._store.load(now)

    def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield what was counted."""
        return self._store.events()

    async def commit(self, record: Record) -> None:
        """Commit, then note it."""
        await self._store.commit(record)
        assert not self._store.health.fault
        for step in record.steps:
            made = step.transition
            self._witness.note(
                "committed", name=made.alertname, subject=made.subject, state=made.state, at=made.at.wall
            )

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the journal of a subject."""
        return await self._store.history(subject, limit=limit)

    def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield the journal of a period."""
        return self._store.steps(since, until)

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when subjects had an alert firing."""
        return await self._store.absences(alertname, subjects, since=since, until=until)

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the record of actions."""
        return await self._store.actions(before=before, limit=limit)

    async def device_record(
        self, terminal_id: str, *, before: tuple[float, str] | None = None, limit: int
    ) -> Sequence[DeviceEntry]:
        """Return the last lines of a terminal's device record."""
        return await self._store.device_record(terminal_id, before=before, limit=limit)

    def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:
        """Yield what was told in a period."""
        return self._store.told(since, until)

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:
        """Return what was held in a period."""
        return await self._store.held(since, until)


def subject_of(labels: Mapping[str, str]) -> str:
    """Return what the journal calls the subject of an alert with these labels."""
    if "terminal_id" in labels:
        return labels["terminal_id"]
    return f"/site/{labels['site']}" if "site" in labels else "/posmon"


class WitnessedSink:
    """A receiver that notes what it takes while it is `there`."""

    def __init__(self, name: str, witness: Witness, *, there: bool) -> None:
        self.name = name
        self._witness = witness
        self._there = there

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Take a batch, or not."""
        if not self._there:
            return Delivery.RETRY
        for notice in notices:
            self._witness.note(
                "taken",
                sink=self.name,
                name=notice.labels["alertname"],
                subject=subject_of(notice.labels),
                starts=notice.starts_at,
                resolved=notice.resolved,
            )
        return Delivery.SENT
