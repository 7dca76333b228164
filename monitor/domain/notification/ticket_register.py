"""The tickets that a receiver has, as posmon remembers them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import fingerprint
from monitor.domain.notification.ticket import Ticket, TicketGroup, TicketState, TicketStep

DANGLING_S = 90 * 24 * 3600.0
"""A ticket is forgotten so long after it was made when nothing is heard of its alerts."""


class TicketRegister:
    """One ticket for each group; of a closed one it is kept until it cannot be opened again any more.

    Every change returns the ticket as it is to be saved; what was saved is put back by `restore`, so that a
    restart makes no second ticket.
    """

    def __init__(self, *, receiver: str, new_ref: Callable[[], str]) -> None:
        self.receiver = receiver
        self._new_ref = new_ref
        self._tickets: dict[TicketGroup, Ticket] = {}
        self._forgotten: list[Ticket] = []

    def __len__(self) -> int:
        """How many are open, or about to be."""
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Ticket]:
        """Yield those that are open, or about to be."""
        return (ticket for ticket in self._tickets.values() if ticket.state is not TicketState.CLOSED)

    def restore(self, tickets: Iterable[Ticket]) -> None:
        """Put back what an earlier run has saved of this receiver."""
        for ticket in tickets:
            if ticket.receiver == self.receiver:
                self._tickets[group_of(ticket)] = ticket

    def get(self, group: TicketGroup) -> Ticket | None:
        """Return the ticket of a group."""
        return self._tickets.get(group)

    def make(self, group: TicketGroup, now: Instant) -> Ticket:
        """Return a new ticket, of which nobody else knows yet."""
        ref = self._new_ref()
        return self.put(Ticket(receiver=self.receiver, ref=ref, group=dict(group), made_at=now.wall))

    def put(self, ticket: Ticket) -> Ticket:
        """Take a ticket as it is now."""
        self._tickets[group_of(ticket)] = ticket
        return ticket

    def trying(self, step: TicketStep, now: Instant) -> Ticket:
        """Note that the receiver is about to be asked to open a ticket; to be saved before it is."""
        told = tuple(fingerprint(notice.labels) for notice in step.notification.firing)
        return self.put(replace(step.ticket, tried_at=now.wall, told=told))

    def not_tried(self, ticket: Ticket) -> Ticket:
        """Note that the receiver has certainly not opened it."""
        return self.put(replace(ticket, tried_at=None, told=()))

    def opened(self, ticket: Ticket, ticket_id: str | int, number: str) -> Ticket:
        """Note that the receiver has opened a ticket; it tells of what it was asked to."""
        return self.put(replace(ticket, state=TicketState.OPEN, id=ticket_id, number=number))

    def identified(self, step: TicketStep, ticket_id: str | int, number: str) -> TicketStep:
        """Note the id of a ticket whose answer was lost; return the step with it."""
        ticket = self.put(replace(step.ticket, id=ticket_id, number=number or step.ticket.number))
        return replace(step, ticket=ticket)

    def forget(self, ticket: Ticket) -> None:
        """Drop a ticket."""
        self._tickets.pop(group_of(ticket), None)
        self._forgotten.append(ticket)

    def drain_forgotten(self) -> list[Ticket]:
        """Return the tickets that were forgotten since the last call."""
        forgotten, self._forgotten = self._forgotten, []
        return forgotten

    def prune(self, now: Instant, *, closed_for_s: float, heard_of: Mapping[TicketGroup, object]) -> None:
        """Forget what was closed so long ago, and what is open for ever without a word of it."""
        for ticket in [*self._tickets.values()]:
            ended = ticket.closed_at
            is_past = ended is not None and now.wall - ended > closed_for_s
            is_dangling = now.wall - ticket.made_at > DANGLING_S and group_of(ticket) not in heard_of
            if is_past or is_dangling:
                self.forget(ticket)


def group_of(ticket: Ticket) -> TicketGroup:
    """Return what a ticket is about, as a key."""
    return tuple(sorted(ticket.group.items()))
