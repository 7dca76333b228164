"""The ways out."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.letter import Letter
from monitor.ports.alert_sink import Delivery


class Messenger(AbstractAsyncContextManager["Messenger", None], Protocol):
    """One receiver; entered before it delivers, it owns its connections."""

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        ...

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can; holds no secret."""
        ...

    async def deliver(self, notification: Notification, now: Instant) -> Delivery:
        """Deliver one message, within a deadline of its own; failures are results."""
        ...

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:
        """Deliver a message that is about no alert, as `deliver` does."""
        ...
