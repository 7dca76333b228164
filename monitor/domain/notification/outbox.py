"""What is to be sent to one receiver: the latest state of each alert, and re-sends that are due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from types import MappingProxyType

from monitor.domain.alerts.alert import Alert, AlertState, Transition
from monitor.domain.instant import Instant
from monitor.domain.notification.postable_alert import Identity, PostableAlert, mended

Step = Alert | Transition

CAPACITY = 50_000
BELIEVED_INTERVALS = 4
"""A receiver forgets a firing alert that is not sent again for this many re-send intervals."""
REJECTED_INTERVALS = 10
"""A refused alert is sent again after this many intervals: the fault may be the receiver's."""

NONE_HELD: Mapping[Identity, str] = MappingProxyType({})

_BACKOFF_BASE_S = 1.0
_BACKOFF_CAP_S = 60.0


def retry_delay_s(failures: int, chance: float) -> float:
    """Return seconds to wait after `failures` (at least 1) in a row; `chance` is uniform in [0, 1).

    Exponential with full jitter, at most a minute.
    """
    return chance * min(_BACKOFF_CAP_S, _BACKOFF_BASE_S * 2.0 ** min(failures, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert as the receiver is to know it.

    `settled_at` is when the receiver accepted (or, if `rejected`, refused) this state; None before that.
    `heard`: the receiver may believe that the alert fires. `withheld_at` is since when it is suppressed.
    """

    labels: dict[str, str]
    annotations: dict[str, str]
    since: Instant
    resolved_at: Instant | None = None
    heard: bool = False
    settled_at: Instant | None = None
    rejected: bool = False
    withheld_at: Instant | None = None


def identity_of(step: Step | Entry) -> Identity:
    """Return the identity of an alert at a receiver: its labels."""
    return frozenset(step.labels.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One entry on its way with its `notice`; `since` says which life of the alert it is about."""

    identity: Identity
    since: Instant
    notice: PostableAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChanges:
    """The changes of one receiver's outbox since it was last saved."""

    put: Sequence[Entry] = ()
    forgotten: Sequence[Identity] = ()


class Outbox:
    """Coalesces the notices to one receiver; its `entries` are all that is saved of it.

    Only the latest state of an alert waits, so there is at most one entry for each alert. It waits until the
    receiver accepts or refuses it. States that the receiver knows are sent again every `resend_interval_s`:
    firing ones for as long as they fire, resolved ones for `resolved_for_s`. Beyond `capacity` entries the
    oldest that wait only for a re-send are forgotten.

    Invariants: a resolve is queued only if the firing was queued; no alert waits twice.
    """

    def __init__(
        self,
        *,
        resend_interval_s: float,
        resolved_for_s: float,
        external_labels: Mapping[str, str],
        capacity: int = CAPACITY,
        entries: Iterable[Entry] = (),
    ) -> None:
        self._resend_interval_s = resend_interval_s
        self._resolved_for_s = resolved_for_s
        self._external_labels = dict(external_labels)
        self._capacity = capacity
        self._entries: dict[Identity, Entry] = {}
        # Dictionaries without values are sets that keep their order: first come, first told.
        self._news: dict[Identity, None] = {}
        self._resends: dict[Identity, None] = {}
        self._over: dict[Identity, None] = {}
        self._changed: dict[Identity, None] = {}
        self._forgotten: dict[Identity, None] = {}
        self._held: dict[Identity, str] = {}
        self.restore(entries)

    @property
    def entries(self) -> Sequence[Entry]:
        """Everything known, oldest first."""
        return tuple(self._entries.values())

    @property
    def waiting(self) -> int:
        """The number of alerts that wait to be sent."""
        return len(self._news) + len(self._resends)

    def restore(
        self, entries: Iterable[Entry], untold: Iterable[Step] = (), perhaps: Iterable[Alert] = ()
    ) -> None:
        """Restore the saved entries, oldest first, and the steps that were to be sent after them.

        The receiver may have got any of them: the run before ended before it could note that. It may have got
        the alerts of `perhaps` as well; they wait to be sent, or to resolve.
        """
        for entry in entries:
            identity = identity_of(entry)
            self._entries[identity] = replace(entry, heard=entry.heard or entry.resolved_at is None)
            self._file(identity, self._entries[identity])
        for step in untold:
            self.enqueue(step)
            told = self._entries.get(identity_of(step))
            if told is not None and told.resolved_at is None:
                self._put(identity_of(step), replace(told, heard=True))
        for alert in perhaps:
            if identity_of(alert) not in self._entries:
                self._put(identity_of(alert), _perhaps_heard(alert))

    def drain_unsaved(self) -> OutboxChanges:
        """Return the changes since the last call; they count as saved.

        A re-send or a refresh is no change: after a restart the alert is sent once more.
        """
        changes = OutboxChanges(
            put=[self._entries[identity] for identity in self._changed], forgotten=list(self._forgotten)
        )
        self._changed, self._forgotten = {}, {}
        return changes

    def enqueue(self, step: Step) -> None:
        """Queue an alert that has fired and is not suppressed, or one that has resolved.

        Queue a resolve only if the firing was queued, even if that has not been delivered. Other states are
        not sent.
        """
        if step.state is AlertState.FIRING:
            self._fired(identity_of(step), step)
        elif step.state is AlertState.RESOLVED:
            self._resolved(identity_of(step), step)

    def refresh(
        self, firing: Mapping[Identity, Step], now: Instant, held: Mapping[Identity, str] = NONE_HELD
    ) -> None:
        """Queue the re-sends that are due; `firing` are all alerts that fire now and are not suppressed.

        `held` are those of them that something holds back, with its words: a receiver that knows one keeps it
        open, and one that does not is not told. An alert that is missing in `firing` without having resolved
        is suppressed: it leaves the queue, and the receiver forgets it in time. Back again, it is news.
        """
        unknown = {identity for identity in held if not self._is_known(identity, firing[identity])}
        self._note_held({identity: words for identity, words in held.items() if identity not in unknown})
        for identity, step in firing.items():
            if identity not in unknown:
                self._still_fires(identity, step, now)
        for identity in self._entries.keys() - firing.keys():
            self._fires_not(identity, self._entries[identity], now)
        for identity in self._entries.keys() & unknown:
            self._fires_not(identity, self._entries[identity], now)

    def batch(self, limit: int, now: Instant) -> list[OutboxItem]:
        """Return up to `limit` letters to send next, news first. Each waits until it is settled."""
        chosen = islice(chain(self._news, self._resends), limit)
        return [self._letter(identity, now) for identity in chosen]

    def settle(
        self, letters: Iterable[OutboxItem], now: Instant, *, rejected: bool = False
    ) -> list[OutboxItem]:
        """Note that the receiver accepted `letters`, or refused them for their content; return the news.

        An alert that has changed meanwhile still waits.
        """
        news = []
        for letter in letters:
            entry = self._entries.get(letter.identity)
            is_resolved = letter.notice.resolved
            if (
                entry is None
                or not _is_same_life(entry, letter)
                or (entry.resolved_at is None) is is_resolved
            ):
                continue
            heard = entry.heard and not is_resolved
            settled = replace(entry, settled_at=now, rejected=rejected, heard=heard)
            is_told_again = entry.settled_at is not None and entry.rejected is rejected
            self._put(letter.identity, settled, is_change=not is_told_again)
            if entry.settled_at is None and not rejected:
                news.append(letter)
        return news

    def _fired(self, identity: Identity, step: Step) -> None:
        known = self._entries.get(identity)
        if known is not None and _is_same_life(known, step) and known.withheld_at is None:
            return
        entry = Entry(
            labels=step.labels,
            annotations=step.annotations,
            since=step.since,
            heard=known is not None and known.heard,
        )
        self._put(identity, entry)
        if len(self._entries) > self._capacity and self._over:
            self._forget(next(iter(self._over)))

    def _resolved(self, identity: Identity, step: Step) -> None:
        entry = self._entries.get(identity)
        ended = step.at if isinstance(step, Transition) else step.resolved_at
        if entry is None or not _is_same_life(entry, step) or entry.resolved_at is not None or ended is None:
            return
        if not entry.heard and _was_withheld(entry, ended):
            self._forget(identity)
            return
        resolved = Entry(
            labels=entry.labels,
            annotations=step.annotations,
            since=entry.since,
            resolved_at=ended,
            heard=entry.heard,
        )
        self._put(identity, resolved)

    def _still_fires(self, identity: Identity, step: Step, now: Instant) -> None:
        self._fired(identity, step)
        entry = self._entries[identity]
        if entry.resolved_at is None and self._is_due(entry, now):
            self._entries[identity] = replace(entry, annotations=step.annotations)
            self._resends[identity] = None

    def _fires_not(self, identity: Identity, entry: Entry, now: Instant) -> None:
        if entry.resolved_at is None:
            if entry.withheld_at is None:
                self._put(identity, replace(entry, withheld_at=now))
        elif entry.settled_at is not None:
            if now.monotonic - entry.resolved_at.monotonic >= self._resolved_for_s:
                self._forget(identity)
            elif self._is_due(entry, now):
                self._resends[identity] = None

    def _is_known(self, identity: Identity, step: Step) -> bool:
        """Tell whether the receiver may believe that this life of the alert fires."""
        entry = self._entries.get(identity)
        return entry is not None and entry.heard and entry.resolved_at is None and _is_same_life(entry, step)

    def _note_held(self, held: dict[Identity, str]) -> None:
        """Note what is held now; the receiver learns at once of a hold that begins, changes or ends."""
        changed = {one for one in held.keys() | self._held.keys() if held.get(one) != self._held.get(one)}
        self._held = held
        for identity in changed:
            entry = self._entries.get(identity)
            if entry is not None and entry.resolved_at is None and entry.settled_at is not None:
                self._resends[identity] = None

    def _is_due(self, entry: Entry, now: Instant) -> bool:
        if entry.settled_at is None:
            return False
        intervals = REJECTED_INTERVALS if entry.rejected else 1
        return now.monotonic - entry.settled_at.monotonic >= intervals * self._resend_interval_s

    def _letter(self, identity: Identity, now: Instant) -> OutboxItem:
        entry = self._entries[identity]
        if entry.resolved_at is None:
            ends_at = now.wall + BELIEVED_INTERVALS * self._resend_interval_s
            if not entry.heard:
                self._entries[identity] = replace(entry, heard=True)
                self._changed[identity] = None
        else:
            ends_at = _wall(entry.resolved_at, now)
        notice = PostableAlert(
            labels=self._external_labels | entry.labels,
            annotations=entry.annotations,
            starts_at=min(_wall(entry.since, now), ends_at),
            ends_at=ends_at,
            resolved=entry.resolved_at is not None,
            held="" if entry.resolved_at is not None else self._held.get(identity, ""),
            own=identity,
        )
        return OutboxItem(identity=identity, since=entry.since, notice=mended(notice))

    def _put(self, identity: Identity, entry: Entry, *, is_change: bool = True) -> None:
        self._entries[identity] = entry
        if is_change:
            self._changed[identity] = None
            self._forgotten.pop(identity, None)
        self._file(identity, entry)

    def _file(self, identity: Identity, entry: Entry) -> None:
        """Put an entry where its state belongs; news keep their place in the order."""
        self._resends.pop(identity, None)
        self._over.pop(identity, None)
        if entry.settled_at is None and entry.withheld_at is None:
            self._news[identity] = None
            return
        self._news.pop(identity, None)
        if entry.resolved_at is not None:
            self._over[identity] = None

    def _forget(self, identity: Identity) -> None:
        del self._entries[identity]
        for order in (self._news, self._resends, self._over, self._changed, self._held):
            order.pop(identity, None)
        self._forgotten[identity] = None


def _is_same_life(entry: Entry, other: Step | OutboxItem) -> bool:
    # A restored instant is of another monotonic clock: its last digit may differ.
    return entry.since.wall == other.since.wall


def _perhaps_heard(alert: Alert) -> Entry:
    return Entry(
        labels=alert.labels,
        annotations=alert.annotations,
        since=alert.since,
        heard=True,
        withheld_at=alert.fired_at,
    )


def _was_withheld(entry: Entry, ended: Instant) -> bool:
    """Return whether the alert was suppressed; one that resolved is missing for another reason."""
    return entry.withheld_at is not None and entry.withheld_at.monotonic < ended.monotonic


def _wall(moment: Instant, now: Instant) -> float:
    """Return a past moment's wall time; recomputed if the wall clock was set back behind it since.

    A receiver would take a resolved alert that ends in the future for firing.
    """
    if moment.wall <= now.wall:
        return moment.wall
    return now.wall - (now.monotonic - moment.monotonic)
