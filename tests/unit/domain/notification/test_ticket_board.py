"""Tickets as readers ask for them: by alert, and by name."""

from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import TicketPolicy, TicketStepKind
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.notification.ticket_log import TicketLog
from monitor.domain.notification.ticket_register import TicketRegister
from tests.fakes import START

LABELS = {"alertname": "A", "severity": "critical", "site": "s", "terminal_id": "1", "model": ""}


def board() -> TicketBoard:
    """Return a board with one ticket about one alert, told with an external label."""
    known = TicketBoard({"instance": "north"})
    register = TicketRegister(receiver="desk", new_ref=lambda: "posmon-1")
    tickets = TicketLog(TicketPolicy(match={}), register)
    known.add(tickets, "https://desk.example/t/{{ id }}")
    sent = {name: value for name, value in LABELS.items() if value} | {"instance": "north"}
    notice = PostableAlert(labels=sent, annotations={}, starts_at=0.0, ends_at=1.0, resolved=False)
    (step,) = tickets.due([notice], START)
    register.opened(register.trying(step, START), "a/b", "INC1")
    tickets.counts[TicketStepKind.OPEN, "done"] += 1
    return known


def test_ticket_of_an_alert() -> None:
    """By the labels that posmon gives it, without the external ones."""
    known = board()
    (ticket,) = known.of(LABELS)
    assert (ticket.number, known.link_of(ticket)) == ("INC1", "https://desk.example/t/a%2Fb")
    assert known.of(LABELS | {"terminal_id": "2"}) == []
    assert known.is_about(ticket, LABELS)
    assert not known.is_about(ticket, LABELS | {"site": "t"})
    assert not known.is_about(ticket, LABELS | {"terminal_id": "2"})


def test_ticket_by_any_of_its_names() -> None:
    """Only an open one."""
    known = board()
    assert [[one.ref for one in known.called(name)] for name in ("a/b", "INC1", "posmon-1", "INC2")] == [
        ["posmon-1"],
        ["posmon-1"],
        ["posmon-1"],
        [],
    ]


def test_counts_and_open_ones_by_receiver() -> None:
    """For metrics; a board without receivers is empty."""
    known = board()
    assert (known.open(), dict(known.counts())) == ({"desk": 1}, {("desk", TicketStepKind.OPEN, "done"): 1})
    assert not TicketBoard()
    assert TicketBoard().of(LABELS) == ()
