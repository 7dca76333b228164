"""The systems in which posmon opens tickets."""

import secrets
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.adapters.direct_notification.tickets import TicketSink
from monitor.adapters.direct_notification.tickets.clerk import (
    SaveTickets,
    TicketClerk,
    TicketRequests,
    TicketWords,
)
from monitor.adapters.direct_notification.tickets.exchange import TicketExchange
from monitor.adapters.direct_notification.tickets.requests import RequestTemplate
from monitor.config.settings import Settings
from monitor.config.ticket_settings import (
    FindRequest,
    OpenRequest,
    SessionRequest,
    TicketRequest,
    TicketSettings,
    plain_headers,
)
from monitor.domain.notification.outbox import BELIEVED_INTERVALS
from monitor.domain.notification.ticket import Ticket
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.notification.ticket_log import TicketLog
from monitor.domain.notification.ticket_register import TicketRegister
from monitor.domain.persistence.record import Record
from monitor.domain.runbooks.runbook import Language
from monitor.ports.clock import Clock
from monitor.ports.store import Store

_REF_BYTES = 8


@dataclass(frozen=True, slots=True)
class TicketPlace:
    """Where tickets are remembered: on `board`, and in `store` from one run to the next."""

    board: TicketBoard = field(default_factory=TicketBoard)
    store: Store | None = None

    def saving(self, clock: Clock) -> SaveTickets:
        """Return what makes tickets durable."""

        async def save(tickets: Sequence[Ticket], forgotten: Sequence[Ticket]) -> None:
            if self.store is None or not (tickets or forgotten):
                return
            changes: dict[tuple[str, str], Ticket | None] = {ticket.key: None for ticket in forgotten}
            changes |= {ticket.key: ticket for ticket in tickets}
            await self.store.commit(Record(at=clock.now(), tickets=changes))

        return save


def ticket_sinks(
    settings: Settings, clock: Clock, place: TicketPlace, *, at_once: bool
) -> Iterator[TicketSink]:
    """Return the receivers of tickets, to be entered before use; `at_once` of every alert, however young."""
    believed_s = BELIEVED_INTERVALS * settings.alerting.resend_interval_s
    for one in settings.notify.tickets:
        register = TicketRegister(receiver=one.name, new_ref=_new_ref)
        tickets = TicketLog(one.policy(believed_s=believed_s, at_once=at_once), register)
        place.board.add(tickets, one.link or "")
        exchange = TicketExchange(
            url=one.url,
            headers=_headers(one),
            session=_template(one.session) if one.session else None,
            tls=_trusting(settings),
        )
        words = TicketWords(
            language=Language(one.language), external_url=settings.web.external_url or "", tables=one.values
        )
        clerk = TicketClerk(
            exchange=exchange,
            requests=_requests(one),
            tickets=tickets,
            words=words,
            clock=clock,
            save=place.saving(clock),
        )
        yield TicketSink(exchange=exchange, clerk=clerk, clock=clock)


def _requests(one: TicketSettings) -> TicketRequests:
    return TicketRequests(
        open=_template(one.open),
        find=_template(one.find) if one.find else None,
        update=_template(one.update) if one.update else None,
        close=_template(one.close) if one.close else None,
        reopen=_template(one.reopen) if one.reopen else None,
    )


def _template(request: TicketRequest) -> RequestTemplate:
    expressions = request.expressions()
    is_session = isinstance(request, SessionRequest)
    return RequestTemplate(
        method=request.method,
        target=request.path,
        headers=plain_headers(request.headers),
        json=request.json_,
        text=request.text,
        document_id=expressions.get("token" if is_session else "id"),
        number=expressions.get("number"),
        id_from_location=isinstance(request, OpenRequest) and request.id_from_location,
        trusted_after_s=request.trusted_after_s if isinstance(request, FindRequest) else 0.0,
    )


def _headers(one: TicketSettings) -> dict[str, str]:
    headers = plain_headers(one.headers)
    if one.basic_auth is not None:
        pair = f"{one.basic_auth.username}:{one.basic_auth.password.get_secret_value()}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    if one.bearer_token is not None:
        headers["Authorization"] = f"Bearer {one.bearer_token.get_secret_value()}"
    return headers


def _trusting(settings: Settings) -> ssl.SSLContext | None:
    ca_file = settings.notify.ca_file
    return ssl.create_default_context(cafile=ca_file) if ca_file else None


def _new_ref() -> str:
    return f"posmon-{secrets.token_hex(_REF_BYTES)}"
