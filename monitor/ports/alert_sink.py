"""Where alerts are sent."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from monitor.domain.notice import Notice

__all__ = ["AlertSink", "Delivery", "Notice"]


class Delivery(StrEnum):
    """What became of a batch; the values are the label `result` of `posmon_notifications_total`."""

    SENT = "sent"
    RETRY = "retry"
    """The receiver is away, hung, overloaded (429) or failing (5xx): the same may work later."""
    REJECTED = "rejected"
    """The receiver refused the batch for what it says (4xx): sending it again cannot work."""


class AlertSink(Protocol):
    """One receiver, say one Alertmanager."""

    @property
    def name(self) -> str:
        """The label `sink` in metrics and logs; holds no secret."""
        ...

    async def send(self, notices: Sequence[Notice]) -> Delivery:
        """Deliver one batch, within a deadline of the sink's own; failures are results."""
        ...
