"""Why an alert is held back, in one value."""

from dataclasses import dataclass
from enum import StrEnum


class HoldReason(StrEnum):
    """The reasons for which an alert is not sent."""

    STATUS = "status"
    FLEET = "fleet"
    SITE = "site"
    PARENT = "parent"
    SOURCE = "source"
    CONFLICT = "conflict"
    FLAPPING = "flapping"
    CLOSED = "closed"
    WINDOW = "window"
    SILENCE = "silence"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What holds an alert back: `by` names it, `since` and `until` are unix seconds, None when not known.

    `words` say it to receivers and people; where a person holds it, `author` and `comment` are theirs. With
    `keeps_told`, a receiver that knows the alert keeps it open and is not notified again; without it the
    alert is withdrawn from receivers.
    """

    reason: HoldReason
    by: str
    words: str
    until: float | None = None
    since: float | None = None
    keeps_told: bool = False
    author: str = ""
    comment: str = ""
