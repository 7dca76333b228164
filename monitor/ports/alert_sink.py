"""Where alerts are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One alert as a receiver sees it, in the terms of Alertmanager's API v2.

    `starts_at` and `ends_at` are unix seconds; an `ends_at` in the past means resolved, one in
    the future says until when to believe it is firing without hearing again.
    """

    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: float
    ends_at: float
    resolved: bool


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
