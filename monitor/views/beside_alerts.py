"""What stands beside an alert's own document: its tickets, and the plan for the emergency."""

from collections.abc import Mapping
from functools import partial

from msgspec import structs

from monitor.domain.fleet.emergency_plan import EmergencyPlan, plan_for
from monitor.domain.inventory.contacts import Contact
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.runbooks.runbook import Language
from monitor.domain.runbooks.text import plain
from monitor.views.documents import (
    AlertDocument,
    ContactDocument,
    PlanDocument,
    SpareDocument,
    TicketDocument,
)
from monitor.views.read_model import ReadModel

MOST_STEPS = 3


def with_company(alert: AlertDocument, read_model: ReadModel) -> AlertDocument:
    """Return an alert's document with its tickets, and with its plan where there is anybody or anything."""
    plan = plan_for(alert.labels, read_model.fleet)
    tickets = _tickets(alert, read_model)
    if not plan and not tickets:
        return alert
    if not plan:
        return structs.replace(alert, tickets=tickets)
    steps = {
        language: _steps(alert.alertname, language, read_model) for language in (Language.EN, Language.ZH)
    }
    document = structs.replace(_document(plan), steps=steps[Language.EN], steps_zh=steps[Language.ZH])
    return structs.replace(alert, tickets=tickets, plan=document)


def plan_of(labels: Mapping[str, str], read_model: ReadModel) -> PlanDocument | None:
    """Return the plan for what labels name, without steps; None where there is nobody and nothing."""
    plan = plan_for(labels, read_model.fleet)
    return _document(plan) if plan else None


def _tickets(alert: AlertDocument, read_model: ReadModel) -> list[TicketDocument]:
    board = read_model.tickets
    return [
        TicketDocument(
            receiver=ticket.receiver,
            id=str(ticket.id),
            number=ticket.number,
            url=board.link_of(ticket),
        )
        for ticket in board.of(alert.labels)
    ]


def _document(plan: EmergencyPlan) -> PlanDocument:
    return PlanDocument(
        contacts=[_contact(contact) for contact in plan.contacts],
        spares=[_spare(spare) for spare in plan.spares],
    )


def _contact(contact: Contact) -> ContactDocument:
    return ContactDocument(
        name=contact.name,
        role=contact.role.value,
        phone=contact.phone,
        dial=contact.dialled,
        email=contact.email,
        note=contact.note,
    )


def _spare(spare: Terminal) -> SpareDocument:
    return SpareDocument(
        terminal_id=spare.terminal_id,
        model=spare.model,
        serial_number=spare.serial_number,
        site=spare.site,
        region=spare.region,
    )


def _steps(alertname: str, language: Language, read_model: ReadModel) -> list[str]:
    """Return the first lines of what the runbook has for the shop."""
    runbook = read_model.runbooks.find(alertname, language)
    if runbook is None:
        return []
    blocks = (block.filled(partial(read_model.setting, alertname)) for block in runbook.shop)
    return [plain(text) for block in blocks for text in block.items][:MOST_STEPS]
