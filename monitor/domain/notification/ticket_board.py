"""The tickets of all receivers, for whoever asks about an alert."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from monitor.domain.notification.template import Template, parse_template
from monitor.domain.notification.ticket import Ticket, TicketStepKind
from monitor.domain.notification.ticket_log import TicketLog

NO_LABELS: Mapping[str, str] = MappingProxyType({})


class TicketBoard:
    """What the receivers of tickets know. `external_labels` are those that every notice has besides."""

    def __init__(self, external_labels: Mapping[str, str] = NO_LABELS) -> None:
        self._external_labels = external_labels
        self._logs: list[TicketLog] = []
        self._links: dict[str, Template] = {}

    def __bool__(self) -> bool:
        """Whether there is any receiver of tickets."""
        return bool(self._logs)

    def add(self, tickets: TicketLog, link: str = "") -> None:
        """Take a receiver in; `link` is the template of a ticket's address for people."""
        self._logs.append(tickets)
        if link:
            self._links[tickets.register.receiver] = parse_template(link)

    def link_of(self, ticket: Ticket) -> str:
        """Return where people see a ticket, "" where that is not known."""
        link = self._links.get(ticket.receiver)
        if link is None or not ticket.id:
            return ""
        names = {"id": ticket.id, "number": ticket.number, "ref": ticket.ref}
        return link.text(names, lambda value: quote(value, safe=""))

    def restore(self, tickets: Iterable[Ticket]) -> None:
        """Put back what an earlier run has saved, before any receiver is notified."""
        saved = [*tickets]
        for one in self._logs:
            one.register.restore(saved)

    def of(self, labels: Mapping[str, str]) -> Sequence[Ticket]:
        """Return the tickets that tell of the alert with these labels."""
        if not self._logs:
            return ()
        known = {**self._external_labels, **{name: value for name, value in labels.items() if value}}
        return [ticket for one in self._logs if (ticket := one.of(known)) is not None]

    def called(self, name: str) -> Sequence[Ticket]:
        """Return the open tickets that people or a system call so."""
        return [ticket for one in self._logs for ticket in one.register if name in ticket.names]

    def is_about(self, ticket: Ticket, labels: Mapping[str, str]) -> bool:
        """Tell whether a ticket tells of the alert with these labels."""
        known = {**self._external_labels, **labels}
        if any(known.get(name) != value for name, value in ticket.group.items()):
            return False
        return ticket in self.of(labels)

    def open(self) -> Mapping[str, int]:
        """Return how many tickets are open, by receiver."""
        return {one.register.receiver: len(one.register) for one in self._logs}

    def counts(self) -> Counter[tuple[str, TicketStepKind, str]]:
        """Return how many steps had which result, by receiver, step and result."""
        found: Counter[tuple[str, TicketStepKind, str]] = Counter()
        for one in self._logs:
            found.update({(one.register.receiver, *key): count for key, count in one.counts.items()})
        return found
