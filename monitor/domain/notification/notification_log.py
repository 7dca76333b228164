"""The messages a receiver without Alertmanager has got, and the next ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from monitor.domain.alerts.alert import Severity
from monitor.domain.calendars.opening_hours import OpeningHours
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.postable_alert import Identity, PostableAlert

GroupKey = tuple[tuple[str, str], ...]

MOST_MESSAGES = 10
"""With news of more groups than this at once, one message covers all: no reader reads a hundred."""

FORGOTTEN_AFTER_S = 24 * 3600.0
"""An alert without any notice is forgotten after this time."""

_LOUDNESS = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)


class Quiet(Protocol):
    """When a receiver is left alone."""

    def hold(self, wall: float) -> bool:
        """Tell whether a moment (unix seconds) is within it."""
        ...

    def holds(self, severity: str) -> bool:
        """Tell whether alerts of a severity wait then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When only critical alerts are sent: `hours` of the week in `zone`."""

    hours: OpeningHours
    zone: tzinfo

    def hold(self, wall: float) -> bool:
        """Tell whether a moment (unix seconds) is within them."""
        return self.hours.is_open(wall, self.zone, grace_minutes=0)

    def holds(self, severity: str) -> bool:
        """Tell whether alerts of a severity wait then: all but critical ones."""
        return severity != Severity.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverPolicy:
    """The settings of a receiver; alerts with equal `group_by` labels share a message, without labels all do.

    A group without changes is sent again every `repeat_interval_s`. An alert without a notice for
    `believed_s` no longer fires, or is suppressed. `owners` are those for whom it hears alerts, without any
    for everybody.
    """

    group_by: tuple[str, ...] = ("site",)
    repeat_interval_s: float = 4 * 3600.0
    believed_s: float = 240.0
    least: Severity = Severity.WARNING
    quiet_hours: Quiet | None = None
    owners: frozenset[str] = frozenset()

    def wants(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert is loud enough, which the watchdog never is, and of an owner it hears for.

        An alert without an owner, of a posmon that knew of none, is everybody's.
        """
        is_loud = labels.get("severity", "") in _LOUDNESS[_LOUDNESS.index(self.least) :]
        owner = labels.get("owner", "")
        return is_loud and (not self.owners or not owner or owner in self.owners)


@dataclass(slots=True)
class _Row:
    """One alert: `told_resolved` is the state last told, None while none was.

    `withheld` while quiet hours or a hold keep the present state from being told.
    """

    notice: PostableAlert
    seen_at: float
    told_resolved: bool | None = None
    told_at: float = 0.0
    withheld: bool = False


class NotificationLog:
    """Turns the notices that an outbox repeats every minute into messages about news.

    Invariants: a settled alert is not sent again before `repeat_interval_s`, unless it changed. An alert that
    fired and resolved within quiet hours is never sent. A resolve within quiet hours is sent after them. An
    alert that is held back begins no message, and its repeat interval begins when the hold ends. It is memory
    only: after a restart every firing alert that is not held is sent once more.
    """

    def __init__(self, manner: ReceiverPolicy) -> None:
        self._manner = manner
        self._rows: dict[Identity, _Row] = {}
        self._pruned_at = 0.0

    def due(self, notices: Iterable[PostableAlert], now: Instant) -> list[Notification]:
        """Return the messages to send after these `notices`; each stays due until settled."""
        quiet_hours = self._manner.quiet_hours
        is_quiet = quiet_hours is not None and quiet_hours.hold(now.wall)
        self._prune(now)
        rows = [self._seen(notice, now) for notice in notices if self._manner.wants(notice.labels)]
        news = {id(row): row for row in rows if self._is_due(row, now, is_quiet=is_quiet)}
        if not is_quiet:
            news |= {id(row): row for row in self._rows.values() if _is_overdue(row)}
        return self._messages(list(news.values()), now) if news else []

    def settle(self, notification: Notification, now: Instant) -> None:
        """Note that the receiver has taken `notification`."""
        for notice in notification.notices:
            row = self._rows.get(_identity(notice))
            if row is not None:
                row.told_resolved, row.told_at, row.withheld = notice.resolved, now.monotonic, False

    def _seen(self, notice: PostableAlert, now: Instant) -> _Row:
        row = self._rows.get(_identity(notice))
        if row is None:
            # A held alert is sent only to receivers that know it: an earlier run has told them.
            told = False if notice.held else None
            row = self._rows[_identity(notice)] = _Row(notice, now.monotonic, told)
        row.notice, row.seen_at = notice, now.monotonic
        return row

    def _is_due(self, row: _Row, now: Instant, *, is_quiet: bool) -> bool:
        if row.notice.held and not row.notice.resolved:
            row.withheld = row.withheld or row.told_resolved is not False
            row.told_at = now.monotonic
            return False
        quiet_hours = self._manner.quiet_hours
        if is_quiet and quiet_hours is not None and quiet_hours.holds(_severity(row.notice)):
            row.withheld = row.withheld or row.told_resolved is not row.notice.resolved
            return False
        if row.withheld and row.notice.resolved and row.told_resolved is not False:
            row.told_resolved, row.withheld = True, False
            return False
        if row.told_resolved is not row.notice.resolved:
            return True
        waited_s = now.monotonic - row.told_at
        return not row.notice.resolved and waited_s >= self._manner.repeat_interval_s

    def _messages(self, news: Sequence[_Row], now: Instant) -> list[Notification]:
        fresh = {id(row) for row in news}
        told = [row for row in self._told(now) if id(row) not in fresh]
        groups: dict[GroupKey, list[_Row]] = {}
        for row in news:
            groups.setdefault(self._group(row.notice), []).append(row)
        if len(groups) > MOST_MESSAGES:
            return [_message((), news, told)]
        known: dict[GroupKey, list[_Row]] = {group: [] for group in groups}
        for row in told:
            if (group := self._group(row.notice)) in known:
                known[group].append(row)
        return [_message(group, rows, known[group]) for group, rows in groups.items()]

    def _told(self, now: Instant) -> Iterable[_Row]:
        """Yield the alerts that fire, and those that fire as far as the receiver knows."""
        for row in self._rows.values():
            is_believed = now.monotonic - row.seen_at <= self._manner.believed_s
            if row.told_resolved is False and not row.notice.resolved and is_believed:
                yield row

    def _group(self, notice: PostableAlert) -> GroupKey:
        return tuple((name, notice.labels[name]) for name in self._manner.group_by if name in notice.labels)

    def _prune(self, now: Instant) -> None:
        if now.monotonic - self._pruned_at < FORGOTTEN_AFTER_S / 24:
            return
        self._pruned_at = now.monotonic
        oldest = now.monotonic - FORGOTTEN_AFTER_S
        self._rows = {identity: row for identity, row in self._rows.items() if row.seen_at >= oldest}


def _message(group: GroupKey, news: Iterable[_Row], told: Iterable[_Row]) -> Notification:
    new: list[PostableAlert] = []
    still = [row.notice for row in told]
    resolved: list[PostableAlert] = []
    for row in news:
        kind = resolved if row.notice.resolved else still if row.told_resolved is False else new
        kind.append(row.notice)
    return Notification(group=dict(group), new=new, still=still, resolved=resolved)


def _is_overdue(row: _Row) -> bool:
    """Return whether the alert resolved in quiet hours and still fires as far as the receiver knows."""
    return row.withheld and row.notice.resolved and row.told_resolved is False


def _identity(notice: PostableAlert) -> Identity:
    return frozenset(notice.labels.items())


def _severity(notice: PostableAlert) -> str:
    return notice.labels.get("severity", "")
