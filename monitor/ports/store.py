"""The store: it makes state durable before any receiver is notified."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from monitor.domain.alerts.alert import Transition
from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.events.seen_event import SeenEvent
from monitor.domain.instant import Instant
from monitor.domain.notification.told import HeldSpan, ToldMessage
from monitor.domain.on_call.action import Action
from monitor.domain.persistence.record import Record, Remembered, StoreHealth
from monitor.domain.rhythm.absence import Absence


class Store(Protocol):
    """The journal of transitions and the memory of the daemon.

    A transition is committed before its alert is sent.
    """

    @property
    def health(self) -> StoreHealth:
        """How the store gets on."""
        ...

    async def load(self, now: Instant) -> Remembered:
        """Return the state that earlier runs saved, on this run's clocks; once, before the first `commit`."""
        ...

    def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield the events that earlier runs counted, oldest first, in portions; once, after `load`.

        Ends early when the disk does not let it be read.
        """
        ...

    async def commit(self, record: Record) -> None:
        """Make `record` durable, in order, all or none.

        Returns when it is, or when it is known that it cannot be now: then `health` says so, the store keeps
        the record in memory, as much as its bound allows, and makes it durable as soon as it can. A failing
        disk raises nothing.
        """
        ...

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last `limit` transitions about `subject`, newest first."""
        ...

    def steps(self, since: float, until: float) -> AsyncIterator[Sequence[Transition]]:
        """Yield all transitions from `since` to before `until` (unix seconds), oldest first, in portions.

        Those that are not durable yet are left out. Ends early when the disk does not let it be read.
        """
        ...

    async def absences(
        self, alertname: str, subjects: Sequence[str], *, since: float, until: float
    ) -> Sequence[Absence]:
        """Return when each of some subjects had this alert firing, of those that ended in a period.

        The period is from `since` to before `until` (unix seconds). Subject by subject, oldest first. Those
        that are not durable yet are left out; nothing is returned when the disk does not let it be read.
        """
        ...

    async def actions(self, *, before: int | None = None, limit: int) -> Sequence[Action]:
        """Return the last `limit` actions numbered below `before` (None: all), newest first.

        Actions that are not durable yet are left out.
        """
        ...

    async def device_record(
        self, terminal_id: str, *, before: tuple[float, str] | None = None, limit: int
    ) -> Sequence[DeviceEntry]:
        """Return the last `limit` lines of a terminal's device record, newest first.

        `before` is the time (unix seconds) and the id of a line: those before it, None for all. Lines that
        are not durable yet are left out.
        """
        ...

    def told(self, since: float, until: float) -> AsyncIterator[Sequence[ToldMessage]]:
        """Yield the messages that receivers took from `since` to before `until`, oldest first, in portions.

        As with `steps`, what is not durable yet is left out.
        """
        ...

    async def held(self, since: float, until: float) -> Sequence[HeldSpan]:
        """Return the spans in which alerts were held back that touch a period (unix seconds)."""
        ...
