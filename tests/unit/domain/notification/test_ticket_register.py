"""What is remembered of tickets."""

from monitor.domain.notification.ticket import TicketState
from monitor.domain.notification.ticket_register import TicketRegister
from tests.fakes import START


def test_closed_tickets_are_not_counted() -> None:
    """One that is asked for is; another receiver's is left alone."""
    register = TicketRegister(receiver="r", new_ref=lambda: "r1")
    ticket = register.make((("site", "s"),), START)
    assert (len(register), [*register]) == (1, [ticket])
    opened = register.opened(ticket, 15, "INC1")
    assert (opened.state, opened.id, register.get((("site", "s"),))) == (TicketState.OPEN, 15, opened)
    register.forget(opened)
    assert (len(register), register.drain_forgotten(), register.drain_forgotten()) == (0, [opened], [])
