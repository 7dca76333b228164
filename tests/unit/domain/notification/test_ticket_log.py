"""The steps of tickets, from notices and what the receiver has taken."""

from dataclasses import replace
from itertools import count

from monitor.domain.instant import Instant
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import Ticket, TicketPolicy, TicketState, TicketStep, TicketStepKind
from monitor.domain.notification.ticket_log import REFUSED_FOR_S, TicketLog
from monitor.domain.notification.ticket_register import TicketRegister
from tests.fakes import START

AGE_S = 900.0


def notice(
    subject: str = "1", *, resolved: bool = False, held: str = "", since: float = 0.0
) -> PostableAlert:
    """Return a notice of an alert that began `since` seconds after the start less its ripening."""
    return PostableAlert(
        labels={"alertname": "A", "severity": "critical", "site": "s", "terminal_id": subject},
        annotations={},
        starts_at=START.wall - AGE_S + since,
        ends_at=START.wall,
        resolved=resolved,
        held=held,
    )


def log(*, reopen_s: float = 3600.0, most_open: int = 5) -> TicketLog:
    """Return a log whose references are r1, r2 and so on."""
    numbers = count(1)
    policy = TicketPolicy(match={}, min_age_s=AGE_S, reopen_within_s=reopen_s, most_open=most_open)
    return TicketLog(policy, TicketRegister(receiver="r", new_ref=lambda: f"r{next(numbers)}"))


def at(seconds: float) -> Instant:
    """Return a moment after the start."""
    return START.ago(-seconds)


def opened(tickets: TicketLog, *notices: PostableAlert) -> Ticket:
    """Have a ticket opened at the start."""
    (step,) = tickets.due(notices, START)
    trying = tickets.register.trying(step, START)
    return tickets.register.opened(trying, "15", "")


def only(steps: list[TicketStep]) -> tuple[str, list[str], list[str], list[str]]:
    """Return kind, and the terminals that are new, still there and over, of the only step."""
    (step,) = steps
    said = step.notification
    new, still, over = (
        [one.labels["terminal_id"] for one in part] for part in (said.new, said.still, said.resolved)
    )
    return step.kind.value, new, still, over


def test_one_of_each_step() -> None:
    """Joiners ripen as the first did; the last end closes."""
    tickets = log()
    opened(tickets, notice("1"), notice("2"))
    assert tickets.due([notice("1"), notice("2")], at(1)) == []
    assert tickets.due([notice("3", since=100)], at(99)) == []
    (joined,) = tickets.due([notice("3", since=100)], at(100))
    assert only([joined]) == ("update", ["3"], ["1", "2"], [])
    tickets.settled(joined, at(100))
    (one_over,) = tickets.due([notice("1", resolved=True)], at(101))
    assert only([one_over]) == ("update", [], ["2", "3"], ["1"])
    tickets.settled(one_over, at(101))
    (over,) = tickets.due([notice("2", resolved=True), notice("3", resolved=True)], at(102))
    assert only([over]) == ("close", [], [], ["2", "3"])
    assert tickets.settled(over, at(102)).state is TicketState.CLOSED
    assert tickets.due([notice("2", resolved=True)], at(103)) == []
    assert only(tickets.due([notice("2")], at(104))) == ("reopen", ["2"], [], [])


def test_step_stays_due_until_it_is_settled() -> None:
    """Also when the next notices are about another alert of the group."""
    tickets = log()
    opened(tickets, notice("1"), notice("2"))
    assert only(tickets.due([notice("1", resolved=True)], at(1)))[0] == "update"
    assert only(tickets.due([notice("2")], at(2))) == ("update", [], ["2"], ["1"])


def test_end_of_what_an_earlier_run_told_closes() -> None:
    """A new run knows the marks of alerts, not their words."""
    ticket = opened(log(), notice("1"), notice("2"))
    later = log()
    later.register.restore([ticket, replace(ticket, receiver="another")])
    assert only(later.due([notice("1", resolved=True)], at(1)))[0] == "update"
    over = [notice("1", resolved=True), notice("2", resolved=True)]
    assert only(later.due(over, at(2))) == ("close", [], [], ["1", "2"])


def test_ticket_of_which_nothing_is_known_is_asked_for_or_abandoned() -> None:
    """Asked for again while something fires; over, it is looked for; never asked for, it is forgotten."""
    tickets = log()
    (step,) = tickets.due([notice("1")], START)
    tickets.register.trying(step, START)
    assert only(tickets.due([notice("1")], at(1)))[0] == "open"
    assert only(tickets.due([notice("1", resolved=True)], at(2))) == ("abandon", [], [], ["1"])
    other = log()
    other.due([notice("1")], START)
    assert other.due([notice("1", resolved=True)], at(1)) == []
    assert [one.ref for one in other.register.drain_forgotten()] == ["r1"]


def test_refused_ticket_is_not_asked_for_at_once() -> None:
    """It is after ten minutes."""
    tickets = log()
    (step,) = tickets.due([notice("1")], START)
    tickets.refused(step, START)
    assert tickets.due([notice("1")], at(REFUSED_FOR_S - 1)) == []
    assert only(tickets.due([notice("1")], at(REFUSED_FOR_S)))[0] == "open"


def test_held_alert_opens_and_joins_nothing() -> None:
    """A ticket that tells of it stays as it is."""
    tickets = log()
    assert tickets.due([notice("1", held="planned work")], START) == []
    opened(tickets, notice("1"))
    assert tickets.due([notice("2", held="planned work"), notice("1", held="planned work")], at(1)) == []
    (step,) = tickets.due([notice("1", resolved=True), notice("2", held="planned work")], at(2))
    assert step.kind is TicketStepKind.UPDATE, "what is held still fires"


def test_closed_ticket_is_forgotten_when_it_cannot_be_opened_again() -> None:
    """So is one that nothing is heard of for a quarter of a year."""
    tickets = log(reopen_s=60.0)
    opened(tickets, notice("1"))
    (step,) = tickets.due([notice("1", resolved=True)], at(1))
    tickets.settled(step, at(1))
    tickets.due([], at(61))
    assert tickets.register.drain_forgotten() == []
    tickets.due([], at(62))
    assert [one.ref for one in tickets.register.drain_forgotten()] == ["r1"]
    old = opened(log(), notice("1"))
    dangling = log()
    dangling.register.restore([old])
    dangling.due([], at(91 * 86_400))
    assert dangling.register.drain_forgotten() == [old]


def test_bound_on_open_tickets() -> None:
    """The log says that it is full, and goes on when there is room."""
    tickets = log(most_open=1)
    opened(tickets, notice("1"))
    elsewhere = replace(notice("2"), labels=notice("2").labels | {"site": "t"})
    assert tickets.due([elsewhere], at(1)) == []
    assert tickets.is_full
    (step,) = tickets.due([notice("1", resolved=True)], at(2))
    tickets.settled(step, at(2))
    assert only(tickets.due([elsewhere], at(3)))[0] == "open"
    assert not tickets.is_full
