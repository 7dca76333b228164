"""A store that lasts as long as the process."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from itertools import islice

from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.domain.rhythm.absence import Absence, ended

CAPACITY = 20_000


class MemoryStore:
    """The Store port in memory; keeps the last `capacity` transitions of the whole fleet."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._journal: deque[Transition] = deque(maxlen=capacity)
        self._actions: deque[Action] = deque(maxlen=capacity)
        self._committed: Instant | None = None

    @property
    def health(self) -> StoreHealth:
        """Always well."""
        return StoreHealth(committed=self._committed)

    async def load(self, _now: Instant) -> Remembered:
        """Return nothing: no run before has left anything here."""
        return Remembered()

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield nothing."""
        nothing: Sequence[Sequence[SeenEvent]] = ()
        for portion in nothing:
            yield portion

    async def commit(self, record: Record) -> None:
        """Append the steps; the oldest make room."""
        self._journal.extend(step.transition for step in record.steps)
        self._actions.extend(record.on_call.actions)
        self._committed = record.at

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last `limit` transitions about `subject`, newest first."""
        about = (transition for transition in reversed(self._journal) if transition.subject == subject)
        return list(islice(about, max(0, limit)))

    async def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield the transitions between two wall times, oldest first, at once."""
        found = [step for step in self._journal if since <= step.at.wall < until]
        if found:
            yield sorted(found, key=lambda step: step.at.wall)

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when subjects had an alert firing, of those that ended in a period."""
        return ended(self._journal, alertname, subjects, since=since, until=until)

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last `limit` actions below the number `before`, newest first."""
        found = (one for one in reversed(self._actions) if before is None or one.number < before)
        return list(islice(found, max(0, limit)))

    async def device_record(
        self,
        _terminal_id: str,
        *,
        before: tuple[float, str] | None = None,  # noqa: ARG002 - the port
        limit: int,  # noqa: ARG002 - the port
    ) -> Sequence[DeviceEntry]:
        """Return nothing: nobody writes."""
        return ()

    async def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:  # noqa: ARG002 - the port
        """Yield nothing: what was told is not kept."""
        nothing: Sequence[Sequence[ToldMessage]] = ()
        for portion in nothing:
            yield portion

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:  # noqa: ARG002 - the port
        """Return nothing: what was held is not kept."""
        return ()
