"""What stands beside an alert: its plan and its tickets."""

from dataclasses import replace

from monitor.adapters.runbook_files import load_runbooks
from monitor.domain.calendars.plans import Plans
from monitor.domain.inventory.contacts import Contact, ContactRole
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import TicketPolicy
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.notification.ticket_log import TicketLog
from monitor.domain.notification.ticket_register import TicketRegister
from monitor.views.alert_listing import alert_document
from monitor.views.beside_alerts import with_company
from monitor.views.documents import AlertDocument, ContactDocument, TicketDocument
from monitor.views.read_model import ReadModel
from tests.fleets import LivingFleet, inventory_row, make_fleet

ID = "10000000"
FIELD = Contact(name="Repair GmbH", role=ContactRole.FIELD, phone="+49 1", match={"region": ("south",)})


def out_of_paper() -> LivingFleet:
    """Return a fleet without paper, and a spare."""
    living = make_fleet(2, inventory_row(9, status=InventoryStatus.SPARE, endpoint="", site="shop-00"))
    living.hear_all(printer={"status": "paper_out"})
    living.wait(60)
    return living


def shown(living: LivingFleet, model: ReadModel) -> AlertDocument:
    """Return the alert about the first terminal."""
    alert = living.book.find("PaperOut", ID)
    assert alert is not None
    now = living.clock.now()
    return with_company(alert_document(alert, suppression=model.suppression, now=now), model)


def test_plan_has_contacts_spares_and_first_steps() -> None:
    """Contacts with a number that can be dialled; the runbook's first lines in both languages."""
    living = out_of_paper()
    living.fleet.follow(Plans(contacts=(FIELD,)))
    plan = shown(living, replace(living.read_model, runbooks=load_runbooks())).plan
    assert plan is not None
    assert plan.contacts == [
        ContactDocument(name="Repair GmbH", role="field", phone="+49 1", dial="tel:+491", email="", note="")
    ]
    assert [(one.terminal_id, one.site) for one in plan.spares] == [("10000009", "shop-00")]
    assert (len(plan.steps), len(plan.steps_zh)) == (3, 3)
    assert plan.steps[0] != plan.steps_zh[0]


def test_alert_without_anybody_has_no_plan() -> None:
    """Nor has it tickets."""
    living = out_of_paper()
    living.fleet.drop_aside("10000009")
    alert = shown(living, living.read_model)
    assert (alert.plan, alert.tickets) == (None, [])


def test_tickets_of_an_alert() -> None:
    """With the address where people see them."""
    living = out_of_paper()
    board = TicketBoard()
    tickets = TicketLog(TicketPolicy(match={}), TicketRegister(receiver="desk", new_ref=lambda: "posmon-1"))
    board.add(tickets, "https://desk.example/{{ id }}")
    alert = living.book.find("PaperOut", ID)
    assert alert is not None
    notice = PostableAlert(labels=alert.labels, annotations={}, starts_at=0.0, ends_at=1.0, resolved=False)
    (step,) = tickets.due([notice], living.clock.now())
    tickets.register.opened(tickets.register.trying(step, living.clock.now()), 15, "INC1")
    expected = TicketDocument(receiver="desk", id="15", number="INC1", url="https://desk.example/15")
    assert shown(living, replace(living.read_model, tickets=board)).tickets == [expected]
