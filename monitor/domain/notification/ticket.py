"""A ticket of another system, as posmon remembers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.notification.group_notification import Notification

TicketGroup = tuple[tuple[str, str], ...]
"""What a ticket is about: labels and their values, sorted."""


class TicketState(StrEnum):
    """How far a ticket is."""

    OPENING = "opening"
    """Asked for, or about to be; whether the system has it is not known."""
    OPEN = "open"
    CLOSED = "closed"


class TicketStepKind(StrEnum):
    """What is to be done about a ticket; the values are the label `step` of `posmon_tickets_total`."""

    OPEN = "open"
    UPDATE = "update"
    CLOSE = "close"
    REOPEN = "reopen"
    ABANDON = "abandon"
    """It was asked for, nothing is known of it, and all that it is about is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket at one `receiver`; times are unix seconds.

    `ref` is posmon's own name for it, which the request to open it carries. `id` and `number` are the
    system's, empty until its answer has come. `told` are the fingerprints of the alerts that fire as far as
    the ticket says. `tried_at` is when the system was last asked to open it.
    """

    receiver: str
    ref: str
    group: Mapping[str, str]
    state: TicketState = TicketState.OPENING
    id: str | int = ""
    number: str = ""
    made_at: float = 0.0
    tried_at: float | None = None
    closed_at: float | None = None
    told: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the store knows it by."""
        return self.receiver, self.ref

    @property
    def names(self) -> frozenset[str]:
        """What people and the system may call it."""
        return frozenset({str(self.id), self.number, self.ref} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPolicy:
    """When a receiver has a ticket.

    Only what fires for `min_age_s` opens one. Alerts with equal `group_by` labels share it. `match` are the
    accepted values of labels. Within `reopen_within_s` after its end a ticket is opened again instead of
    a new one made. No ticket is opened while `most_open` are. An alert without a notice for `believed_s`
    fires no longer, or is suppressed.
    """

    min_age_s: float = 900.0
    group_by: tuple[str, ...] = ("alertname", "site")
    match: Mapping[str, tuple[str, ...]]
    reopen_within_s: float = 0.0
    most_open: int = 200
    believed_s: float = 240.0

    def wants(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert is one for this receiver; the watchdog never is."""
        if labels.get("severity", "") not in _HEARD:
            return False
        return all(labels.get(key, "") in values for key, values in self.match.items())

    def group(self, labels: Mapping[str, str]) -> TicketGroup:
        """Return what an alert shares its ticket with; what is at no site shares it with nothing."""
        keys = self.group_by
        if "site" in keys and not labels.get("site"):
            keys = (*keys, *(name for name in sorted(labels) if name not in _DESCRIBING))
        return tuple(sorted({name: labels[name] for name in keys if labels.get(name)}.items()))


_HEARD = frozenset({"info", "warning", "critical"})
_DESCRIBING = frozenset({"severity", "category", "owner", "merchant_id", "vendor", "model"})
"""Labels that tell no two alerts apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStep:
    """One thing to do: `notification` says what is new, what is over and what still fires."""

    kind: TicketStepKind
    ticket: Ticket
    notification: Notification
