"""What receivers were told, what was held back from them, and which summaries were sent: for summaries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

from monitor.domain.alerts.alert_book import Key
from monitor.domain.notification.postable_alert import Identity, PostableAlert

_APART_S = 1e-4
"""Two messages to one receiver are never of the same moment: their time names them."""


class Way(StrEnum):
    """By what a receiver is told; what Alertmanager makes of an alert, posmon does not see."""

    ALERTMANAGER = "alertmanager"
    MAIL = "mail"
    MESSENGER = "messenger"
    WEBHOOK = "webhook"
    SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """One alert of a message, by its `label_key`; it began at `since` (unix seconds)."""

    key: str
    since: float
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """One message that a receiver took: the alerts that it did not know yet, and how many it heard end."""

    at: float
    receiver: str
    way: Way
    firing: tuple[ToldAlert, ...] = ()
    resolved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSpan:
    """A firing alert was held back for `reason` from `began` to `ended` (None: it still is)."""

    alertname: str
    subject: str
    reason: str
    began: float
    ended: float | None = None

    @property
    def name(self) -> tuple[float, str, str, str]:
        """What it is stored as."""
        return self.began, self.alertname, self.subject, self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChanges:
    """What is new since the last save.

    `run_began` is there once a run: spans of runs before that have no end ended then. `digests` are, by the
    name of a schedule, the ends of the periods whose summary was sent last.
    """

    messages: Sequence[ToldMessage] = ()
    held: Sequence[HeldSpan] = ()
    digests: Mapping[str, float] = field(default_factory=dict)
    run_began: float | None = None

    def __bool__(self) -> bool:
        """Tell whether there is anything to save."""
        return bool(self.messages or self.held or self.digests or self.run_began is not None)


def label_key(labels: Identity | Mapping[str, str]) -> str:
    """Return 16 hex digits that stand for a set of labels; those with empty values do not count."""
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    written = repr(sorted(pair for pair in pairs if pair[1]))
    return blake2b(written.encode("utf-8", "replace"), digest_size=8).hexdigest()


class ToldLog:
    """Collects what is told and held until it is saved.

    A span begins when an alert is first seen held, and ends when it is seen not held, or for another reason.
    """

    def __init__(self) -> None:
        self.digests: dict[str, float] = {}
        self._messages: dict[tuple[str, float], ToldMessage] = {}
        self._held: dict[Key, HeldSpan] = {}
        self._changed: dict[tuple[float, str, str, str], HeldSpan] = {}
        self._digests: dict[str, float] = {}
        self._run_began: float | None = None
        self._has_begun = False

    def tell(
        self, receiver: str, way: Way, new: Iterable[PostableAlert], *, resolved: int, wall: float
    ) -> None:
        """Note that a receiver took a message with these new alerts, and so many that have ended."""
        firing = tuple(
            ToldAlert(
                key=label_key(notice.own or notice.labels),
                since=notice.starts_at,
                severity=notice.labels.get("severity", ""),
            )
            for notice in new
        )
        if not firing and not resolved:
            return
        while (receiver, wall) in self._messages:
            wall += _APART_S
        message = ToldMessage(at=wall, receiver=receiver, way=way, firing=firing, resolved=resolved)
        self._messages[receiver, wall] = message

    def hold(self, key: Key, reason: str, wall: float) -> None:
        """Note that a firing alert is held back."""
        self._begin_run(wall)
        known = self._held.get(key)
        if known is not None and known.reason == reason:
            return
        self._end(key, wall)
        span = HeldSpan(alertname=key[0], subject=key[1], reason=reason, began=wall)
        self._held[key] = self._changed[span.name] = span

    def hold_only(self, held: Mapping[Key, str], wall: float) -> None:
        """Note all alerts that are held back now, with the reasons; what held others is over."""
        self._begin_run(wall)
        for key in [key for key in self._held if key not in held]:
            self._end(key, wall)
        for key, reason in held.items():
            self.hold(key, reason, wall)

    def digest_sent(self, name: str, until: float) -> None:
        """Note that the summary of a schedule was sent, whose period ended at `until`."""
        self.digests[name] = self._digests[name] = until

    def drain_unsaved(self) -> ToldChanges:
        """Return what is new since the last call; it counts as saved."""
        changes = ToldChanges(
            messages=list(self._messages.values()),
            held=list(self._changed.values()),
            digests=self._digests,
            run_began=self._run_began,
        )
        self._messages, self._changed, self._digests, self._run_began = {}, {}, {}, None
        return changes

    def _begin_run(self, wall: float) -> None:
        if not self._has_begun:
            self._has_begun, self._run_began = True, wall

    def _end(self, key: Key, wall: float) -> None:
        if known := self._held.pop(key, None):
            ended = HeldSpan(
                alertname=known.alertname,
                subject=known.subject,
                reason=known.reason,
                began=known.began,
                ended=max(known.began, wall),
            )
            self._changed[ended.name] = ended
