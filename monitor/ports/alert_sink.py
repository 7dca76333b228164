"""Where alerts are sent."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from monitor.domain.notification.postable_alert import PostableAlert

__all__ = ["AlertSink", "Delivery", "PostableAlert"]


class Delivery(StrEnum):
    """What became of a batch; the values are the label `result` of `posmon_notifications_total`.

    Counted are the notices in the batch.
    """

    SENT = "sent"
    PARTIAL = "partial"
    """The receiver took it for some of its recipients and refused the others: it is not sent again."""
    RETRY = "retry"
    """The receiver is away, hung, overloaded (429), failing (5xx) or wrongly addressed (401, 404): the
    same may work later."""
    REJECTED = "rejected"
    """The receiver refused the content of the batch (400, 413, 422): a smaller one may work."""


class AlertSink(Protocol):
    """One receiver, say one Alertmanager."""

    @property
    def name(self) -> str:
        """The label `sink` in metrics and logs; holds no secret."""
        ...

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Deliver one batch, within a deadline of the sink's own; failures are results."""
        ...
