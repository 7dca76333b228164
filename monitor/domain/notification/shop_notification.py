"""Telling shops of what they can mend themselves: when, how often, and of which alerts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import inf

from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.calendars.opening_hours import OpeningHours
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.notification_log import FORGOTTEN_AFTER_S, NotificationLog, ReceiverPolicy
from monitor.domain.notification.postable_alert import PostableAlert

OPEN_FOR_S = 1800.0
"""A shop that has only just opened is left alone: its terminals are still being switched on."""

REPEATED_AFTER_S = 24 * 3600.0
"""A shop is reminded of what it has not mended after a day."""

_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_PHONE = re.compile(r"\+?\(?[0-9][0-9 ()/.-]{4,}[0-9]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Whom to tell: `key` names the shop, `contact` is the inventory's. Without `hours` it never closes."""

    key: str
    contact: str
    hours: OpeningHours | None
    zone: tzinfo

    @property
    def email(self) -> str:
        """The first mail address in its contact, "" without one."""
        found = _MAILBOX.search(self.contact)
        return found[0] if found else ""

    @property
    def phone(self) -> str:
        """The first telephone number in its contact, "" without one."""
        found = _PHONE.search(_MAILBOX.sub(" ", self.contact))
        return found[0] if found else ""

    def is_open(self, wall: float) -> bool:
        """Tell whether somebody is there at a moment (unix seconds), and has been for a while."""
        if self.hours is None:
            return True
        return self.hours.is_open(wall, self.zone) and self.hours.is_open(wall - OPEN_FOR_S, self.zone)


FindShop = Callable[[Mapping[str, str]], Shop | None]
"""Finds the shop that an alert of these labels is about, None where none can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPolicy:
    """A shop gets at most `most_per_day` messages a day of its own time, about alerts at least so loud."""

    most_per_day: int = 4
    least: Severity = Severity.WARNING
    believed_s: float = 240.0


class _Patience:
    """Holds everything back while a shop is closed, or has had its messages of the day."""

    def __init__(self, shop: Shop, most: int) -> None:
        self.shop = shop
        self._most = most
        self._day = ""
        self._told = 0

    def hold(self, wall: float) -> bool:
        """Tell whether the shop is left alone at a moment."""
        return not self.shop.is_open(wall) or (self._today(wall) == self._day and self._told >= self._most)

    def holds(self, severity: str) -> bool:  # noqa: ARG002 - as `Quiet` has it
        """Tell that every severity waits: the shop is closed."""
        return True

    def spend(self, wall: float) -> None:
        """Count a message of today."""
        today = self._today(wall)
        self._told = self._told + 1 if today == self._day else 1
        self._day = today

    def _today(self, wall: float) -> str:
        return datetime.fromtimestamp(wall, self.shop.zone).date().isoformat()


@dataclass(slots=True)
class _Talk:
    """What a shop was told, and when it was last heard of."""

    patience: _Patience
    log: NotificationLog
    seen_at: float = -inf


class ShopLogs:
    """Turns notices into messages to shops, of each what `NotificationLog` makes of a receiver of its own.

    Only alerts on which the shop acts first are told, and no message says only that something is over: who
    mended it knows. It is memory only, as that of other receivers.
    """

    def __init__(self, policy: ShopPolicy, find: FindShop) -> None:
        self._policy = policy
        self._find = find
        self._talks: dict[str, _Talk] = {}

    def due(self, notices: Iterable[PostableAlert], now: Instant) -> Iterator[tuple[Shop, Notification]]:
        """Yield what to tell which shop; each stays due until settled."""
        self._prune(now)
        batches: dict[str, list[PostableAlert]] = {}
        for notice in notices:
            # An alert of an earlier posmon has no owner; its receivers stay those of before.
            if notice.labels.get("owner") != Owner.SHOP:
                continue
            shop = self._find(notice.labels)
            if shop is not None:
                self._talk(shop).seen_at = now.monotonic
                batches.setdefault(shop.key, []).append(notice)
        for key, batch in batches.items():
            talk = self._talks[key]
            for notification in talk.log.due(batch, now):
                if notification.new or not notification.resolved:
                    yield talk.patience.shop, notification
                else:
                    talk.log.settle(notification, now)

    def settle(self, shop: Shop, notification: Notification, now: Instant) -> None:
        """Note that a shop was told, or can never be."""
        talk = self._talk(shop)
        talk.log.settle(notification, now)
        talk.patience.spend(now.wall)

    def _talk(self, shop: Shop) -> _Talk:
        talk = self._talks.get(shop.key)
        if talk is None:
            patience = _Patience(shop, self._policy.most_per_day)
            manner = ReceiverPolicy(
                group_by=("site",),
                repeat_interval_s=REPEATED_AFTER_S,
                believed_s=self._policy.believed_s,
                least=self._policy.least,
                quiet_hours=patience,
            )
            talk = self._talks[shop.key] = _Talk(patience, NotificationLog(manner))
        talk.patience.shop = shop
        return talk

    def _prune(self, now: Instant) -> None:
        old = now.monotonic - FORGOTTEN_AFTER_S
        for key in [key for key, talk in self._talks.items() if talk.seen_at < old]:
            del self._talks[key]
