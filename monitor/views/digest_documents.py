"""The summary of a period, as clients of the API decode it."""

from msgspec import Struct


class DigestRule(Struct, kw_only=True):
    """What one rule did. Durations are in seconds, from the beginning of the condition.

    `open` still fire at the end of the period; `suggestion` is there for the noisiest, else "".
    """

    alertname: str
    owner: str
    fired: int
    open: int
    acknowledged: int
    mean_s: float
    longest_s: float
    suggestion: str = ""
    suggestion_zh: str = ""


class RecurringAlert(Struct, kw_only=True):
    """An alert about one thing that fired three times or more."""

    alertname: str
    subject: str
    fired: int


class OverlookedAlert(Struct, kw_only=True):
    """A critical alert of more than an hour that nobody acknowledged; `open` while it fires."""

    alertname: str
    subject: str
    starts_at: str
    lasted_s: float
    open: bool


class DigestDocument(Struct, kw_only=True):
    """What fired between `since` and `until`; rules by how often they fired, the noisiest first.

    `recurring` and `overlooked` list 50 at most; the counts say how many there are.
    """

    since: str
    until: str
    rules: list[DigestRule]
    recurring: list[RecurringAlert]
    recurring_count: int
    overlooked: list[OverlookedAlert]
    overlooked_count: int
