"""A receiver that gets news only, though its outbox repeats everything."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from monitor.adapters.direct_notification.messenger import Messenger
from monitor.domain.notification.notification_log import NotificationLog, ReceiverPolicy
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import ToldLog, Way
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock


class DirectSink:
    """An async context manager around a messenger and the memory of what it was told.

    The memory lasts as long as the sink: after a restart what fires, and what resolved shortly before,
    may be told once more. `told` notes each message, with the way it took.
    """

    def __init__(
        self,
        *,
        messenger: Messenger,
        manner: ReceiverPolicy,
        clock: Clock,
        way: Way = Way.MESSENGER,
        told: ToldLog | None = None,
    ) -> None:
        self._messenger = messenger
        self._log = NotificationLog(manner)
        self._clock = clock
        self._way = way
        self._told = told or ToldLog()

    @property
    def name(self) -> str:
        """What the configuration calls the receiver."""
        return self._messenger.name

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._messenger.fault

    async def __aenter__(self) -> Self:
        await self._messenger.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._messenger.__aexit__(kind, error, traceback)

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Send one message for each group that has news in `notices`; SENT when none has.

        The first message that does not arrive ends it; those that did are not sent again, also those that
        only some recipients got (PARTIAL).
        """
        now = self._clock.now()
        result = Delivery.SENT
        for notification in self._log.due(notices, now):
            delivery = await self._messenger.deliver(notification, now)
            if delivery is Delivery.PARTIAL:
                result = delivery
            elif delivery is not Delivery.SENT:
                return delivery
            self._log.settle(notification, now)
            resolved = len(notification.resolved)
            self._told.tell(self.name, self._way, notification.new, resolved=resolved, wall=now.wall)
        return result
