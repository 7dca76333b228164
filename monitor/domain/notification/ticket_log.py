"""What is to be done about the tickets of a receiver next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification, fingerprint
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import (
    Ticket,
    TicketGroup,
    TicketPolicy,
    TicketState,
    TicketStep,
    TicketStepKind,
)
from monitor.domain.notification.ticket_register import TicketRegister, group_of

REFUSED_FOR_S = 600.0
"""What the receiver refuses to open is asked for again after this: the fault may be the receiver's."""

_FORGOTTEN_AFTER_S = 24 * 3600.0

_Notices = dict[str, PostableAlert]


@dataclass(slots=True)
class _Member:
    """An alert as it was last heard of."""

    notice: PostableAlert
    seen_at: float


class TicketLog:
    """Turns the notices that an outbox repeats every minute into steps of tickets.

    Invariants: a group has one ticket that is not over; a step stays due until it is settled; what is over
    before `min_age_s`, and what is held back, opens none. `counts` says how many steps had which result.
    """

    def __init__(self, policy: TicketPolicy, register: TicketRegister) -> None:
        self.register = register
        self.counts: Counter[tuple[TicketStepKind, str]] = Counter()
        self.is_full = False
        self._policy = policy
        self._members: dict[TicketGroup, dict[str, _Member]] = {}
        self._refused: dict[TicketGroup, float] = {}

    def of(self, labels: dict[str, str]) -> Ticket | None:
        """Return the ticket that tells of the alert with these labels, if any."""
        ticket = self.register.get(self._policy.group(labels))
        return ticket if ticket is not None and fingerprint(labels) in ticket.told else None

    def due(self, notices: Iterable[PostableAlert], now: Instant) -> list[TicketStep]:
        """Return what is to be done after these `notices`."""
        self._prune(now)
        heard: dict[TicketGroup, None] = {}
        for notice in notices:
            if self._policy.wants(notice.labels):
                group = self._policy.group(notice.labels)
                members = self._members.setdefault(group, {})
                members[fingerprint(notice.labels)] = _Member(notice, now.monotonic)
                heard[group] = None
        self.is_full = False
        return [step for group in heard if (step := self._step(group, now)) is not None]

    def settled(self, step: TicketStep, now: Instant) -> Ticket:
        """Note that the receiver knows what the step says."""
        group = group_of(step.ticket)
        if step.kind is TicketStepKind.CLOSE:
            self._members.pop(group, None)
            return self.register.put(
                replace(step.ticket, state=TicketState.CLOSED, closed_at=now.wall, told=())
            )
        over = {fingerprint(notice.labels) for notice in step.notification.resolved}
        for mark in over:
            self._members.get(group, {}).pop(mark, None)
        new = [fingerprint(notice.labels) for notice in step.notification.new]
        told = tuple(dict.fromkeys([mark for mark in step.ticket.told if mark not in over] + new))
        return self.register.put(replace(step.ticket, state=TicketState.OPEN, closed_at=None, told=told))

    def refused(self, step: TicketStep, now: Instant) -> Ticket:
        """Note that the receiver does not open such a ticket; it is asked again later."""
        self._refused[group_of(step.ticket)] = now.monotonic + REFUSED_FOR_S
        return self.register.not_tried(step.ticket)

    def anew(self, step: TicketStep, now: Instant) -> TicketStep:
        """Forget a ticket that cannot be opened again; return the step that makes another."""
        self.register.forget(step.ticket)
        ticket = self.register.make(group_of(step.ticket), now)
        return TicketStep(kind=TicketStepKind.OPEN, ticket=ticket, notification=step.notification)

    def _step(self, group: TicketGroup, now: Instant) -> TicketStep | None:
        ticket, members = self.register.get(group), self._members[group]
        firing = {mark: one.notice for mark, one in members.items() if self._fires(one, now)}
        ripe = {mark: notice for mark, notice in firing.items() if self._is_ripe(notice, now)}
        over = {mark: one.notice for mark, one in members.items() if one.notice.resolved}
        if ticket is None or ticket.state is TicketState.CLOSED:
            return self._beginning(group, firing, ripe, now)
        if ticket.state is TicketState.OPENING:
            return self._opening(ticket, firing, over, now)
        return self._going_on(ticket, firing, ripe, over)

    def _beginning(
        self, group: TicketGroup, firing: _Notices, ripe: _Notices, now: Instant
    ) -> TicketStep | None:
        if not firing:
            self._members.pop(group, None)
        if not ripe or not self._may_try(group, now):
            return None
        self.is_full = self.is_full or len(self.register) >= self._policy.most_open
        if self.is_full:
            return None
        closed = self.register.get(group)
        said = [notice for notice in firing.values() if not notice.held]
        return TicketStep(
            kind=TicketStepKind.REOPEN if closed else TicketStepKind.OPEN,
            ticket=closed or self.register.make(group, now),
            notification=Notification(group=dict(group), new=said),
        )

    def _opening(self, ticket: Ticket, firing: _Notices, over: _Notices, now: Instant) -> TicketStep | None:
        """Return the next attempt at a ticket that was asked for, or its end where nothing fires any more."""
        if firing:
            if not self._may_try(group_of(ticket), now):
                return None
            said = Notification(group=ticket.group, new=[*firing.values()])
            return TicketStep(kind=TicketStepKind.OPEN, ticket=ticket, notification=said)
        if ticket.tried_at is None:
            self.register.forget(ticket)
            self._members.pop(group_of(ticket), None)
            return None
        said = Notification(group=ticket.group, resolved=[*over.values()])
        return TicketStep(kind=TicketStepKind.ABANDON, ticket=ticket, notification=said)

    def _going_on(
        self, ticket: Ticket, firing: _Notices, ripe: _Notices, over: _Notices
    ) -> TicketStep | None:
        told = set(ticket.told)
        new = [notice for mark, notice in ripe.items() if mark not in told]
        resolved = [notice for mark, notice in over.items() if mark in told]
        for mark in over.keys() - told:
            self._members[group_of(ticket)].pop(mark, None)
        if not new and not resolved:
            return None
        still = [notice for mark, notice in firing.items() if mark in told]
        goes_on = bool(firing) or bool(told - over.keys())
        return TicketStep(
            kind=TicketStepKind.UPDATE if goes_on else TicketStepKind.CLOSE,
            ticket=ticket,
            notification=Notification(group=ticket.group, new=new, still=still, resolved=resolved),
        )

    def _fires(self, member: _Member, now: Instant) -> bool:
        return not member.notice.resolved and now.monotonic - member.seen_at <= self._policy.believed_s

    def _is_ripe(self, notice: PostableAlert, now: Instant) -> bool:
        return not notice.held and now.wall - notice.starts_at >= self._policy.min_age_s

    def _may_try(self, group: TicketGroup, now: Instant) -> bool:
        return now.monotonic >= self._refused.get(group, now.monotonic)

    def _prune(self, now: Instant) -> None:
        self._refused = {group: until for group, until in self._refused.items() if until > now.monotonic}
        oldest = now.monotonic - _FORGOTTEN_AFTER_S
        for group, members in [*self._members.items()]:
            kept = {mark: one for mark, one in members.items() if one.seen_at >= oldest}
            if kept:
                self._members[group] = kept
            else:
                del self._members[group]
        self.register.prune(now, closed_for_s=self._policy.reopen_within_s, heard_of=self._members)
