"""Where summaries are sent."""

from typing import Protocol

from monitor.domain.instant import Instant
from monitor.domain.notification.letter import Letter
from monitor.ports.alert_sink import Delivery


class LetterBox(Protocol):
    """One receiver of letters."""

    @property
    def name(self) -> str:
        """What the configuration calls it; holds no secret."""
        ...

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:
        """Deliver one letter, within a deadline of its own; failures are results."""
        ...
