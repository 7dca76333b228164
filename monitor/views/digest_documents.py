"""The summary of a period, as clients of the API decode it."""

from msgspec import Struct


class DigestReceiver(Struct, kw_only=True):
    """What one receiver was told: messages, alerts that were new to it, `critical` of them, and ends.

    `way` is `alertmanager`, `mail`, `messenger`, `webhook` or `shop`. What Alertmanager makes of the alerts
    that it was told, posmon does not see.
    """

    receiver: str
    way: str
    messages: int
    alerts: int
    critical: int
    resolved: int


class DigestRule(Struct, kw_only=True):
    """What one rule did. Durations are in seconds, from the beginning of the condition.

    `open` still fire at the end of the period. On-call was `told` of so many, shops of `shop_told`; something
    `held` so many back at some time; somebody `acknowledged` so many, or attended to them in another way
    (`attended`: acknowledged, silenced, planned work). `suggestion` is there for the noisiest, else "".
    """

    alertname: str
    owner: str
    severity: str = ""
    fired: int
    open: int
    told: int = 0
    shop_told: int = 0
    held: int = 0
    acknowledged: int
    attended: int = 0
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
    """A critical alert that on-call was told of and nobody acted on; `open` while it fires.

    Nobody acknowledged or silenced it, no planned work covered it, and on-call knew of it for `unattended_s`,
    more than a quarter of an hour, while nothing held it back.
    """

    alertname: str
    subject: str
    starts_at: str
    told_at: str
    lasted_s: float
    unattended_s: float
    open: bool


class DigestDocument(Struct, kw_only=True):
    """What fired between `since` and `until`; rules by how often they fired, the noisiest first.

    `told` says what each receiver was told, `held` how often each reason held an alert back, `actions` how
    often people did what: `ack.add`, `silence.add`, `window.add` and so on. `recurring` and `overlooked` list
    50 at most; the counts say how many there are.
    """

    since: str
    until: str
    fired: int = 0
    told: list[DigestReceiver] = []
    held: dict[str, int] = {}
    actions: dict[str, int] = {}
    rules: list[DigestRule]
    recurring: list[RecurringAlert]
    recurring_count: int
    overlooked: list[OverlookedAlert]
    overlooked_count: int
