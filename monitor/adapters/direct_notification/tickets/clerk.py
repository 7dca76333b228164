"""Doing what is due about tickets, step by step."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

import structlog

from monitor.adapters.direct_notification.tickets.exchange import TicketAnswer, TicketExchange, TicketOutcome
from monitor.adapters.direct_notification.tickets.requests import RequestTemplate, found_in
from monitor.adapters.direct_notification.tickets.wording import ticket_values
from monitor.domain.notification.template import Values
from monitor.domain.notification.ticket import Ticket, TicketStep, TicketStepKind
from monitor.domain.notification.ticket_log import TicketLog
from monitor.domain.runbooks.runbook import Language
from monitor.ports.clock import Clock

SaveTickets = Callable[[Sequence[Ticket], Sequence[Ticket]], Awaitable[None]]
"""Makes tickets durable, and forgets others; returns when that is done, or when the disk does not let it."""

_NOTHING_FOUND = "it is not known yet whether the ticket was opened"

_PAST = {
    TicketStepKind.UPDATE: "updated",
    TicketStepKind.CLOSE: "closed",
    TicketStepKind.REOPEN: "reopened",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequests:
    """The requests that the system understands; without one, posmon leaves that step out."""

    open: RequestTemplate
    find: RequestTemplate | None = None
    update: RequestTemplate | None = None
    close: RequestTemplate | None = None
    reopen: RequestTemplate | None = None

    def of(self, kind: TicketStepKind) -> RequestTemplate | None:
        """Return the request of a step."""
        return {
            TicketStepKind.OPEN: self.open,
            TicketStepKind.UPDATE: self.update,
            TicketStepKind.CLOSE: self.close,
            TicketStepKind.REOPEN: self.reopen,
        }.get(kind)

    @property
    def gives_id(self) -> bool:
        """Whether the answer to `open` names the ticket."""
        return self.open.document_id is not None or self.open.id_from_location

    def id_in(self, answer: TicketAnswer) -> str | int:
        """Return what the answer to `open` calls the ticket, "" where it does not say."""
        if self.open.id_from_location:
            return unquote(answer.location.partition("?")[0].rstrip("/").rpartition("/")[2])
        return found_in(self.open.document_id, answer.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWords:
    """How tickets are worded; `tables` are values that the configuration adds."""

    language: Language = Language.EN
    external_url: str = ""
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class TicketClerk:
    """Does one step at a time, and has every change saved.

    A ticket is saved before the system is asked to open it. When the answer is lost, the system is asked for
    the ticket by its reference before it is asked to open it again. An update or the end of a ticket whose
    answer is lost may be said twice.
    """

    def __init__(
        self,
        *,
        exchange: TicketExchange,
        requests: TicketRequests,
        tickets: TicketLog,
        words: TicketWords,
        clock: Clock,
        save: SaveTickets,
    ) -> None:
        self.tickets = tickets
        self._register = tickets.register
        self._exchange = exchange
        self._requests = requests
        self._words = words
        self._clock = clock
        self._save = save

    async def take(self, step: TicketStep) -> TicketAnswer:
        """Do a step; what is not done, or refused, is in the answer."""
        if step.kind is TicketStepKind.OPEN:
            return await self._open(step)
        if step.kind is TicketStepKind.ABANDON:
            return await self._abandon(step)
        if step.kind is TicketStepKind.REOPEN:
            return await self._reopen(step)
        return await self._tell(step)

    async def forget(self) -> None:
        """Have the store forget what is over for good."""
        forgotten = self._register.drain_forgotten()
        if forgotten:
            await self._save((), forgotten)

    async def _open(self, step: TicketStep) -> TicketAnswer:
        """Ask to open a ticket, unless an earlier attempt has."""
        if step.ticket.tried_at is not None and self._requests.find is not None:
            answer = await self._found(step)
            if answer.outcome is not TicketOutcome.GONE:
                return answer
        step = replace(step, ticket=self._register.trying(step, self._clock.now()))
        await self._saved(step.ticket)
        answer = await self._exchange.ask(self._requests.open, self._values(step))
        if answer.outcome is TicketOutcome.DONE:
            return await self._opened(step, answer)
        if answer.outcome in {TicketOutcome.REFUSED, TicketOutcome.FORBIDDEN}:
            await self._saved(self.tickets.refused(step, self._clock.now()))
        elif answer.outcome in {TicketOutcome.NOT_DONE, TicketOutcome.GONE}:
            # A wrong address may be mended: it is tried again, as that of other receivers.
            await self._saved(self._register.not_tried(step.ticket))
            return replace(answer, outcome=TicketOutcome.NOT_DONE)
        return answer

    async def _opened(self, step: TicketStep, answer: TicketAnswer) -> TicketAnswer:
        ticket_id = self._requests.id_in(answer)
        number = str(found_in(self._requests.open.number, answer.document))
        opened = self._register.opened(step.ticket, ticket_id, number)
        await self._saved(opened)
        self._say("ticket.opened", opened)
        if not ticket_id and self._requests.gives_id:
            return TicketAnswer(
                outcome=TicketOutcome.REFUSED, reason="the answer has no id where the setting says"
            )
        return answer

    async def _abandon(self, step: TicketStep) -> TicketAnswer:
        """Close a ticket that may have been opened, once it is found; forget it where it cannot be."""
        if self._requests.find is not None:
            answer = await self._found(step)
            if answer.outcome is TicketOutcome.DONE:
                found = self._register.get(tuple(sorted(step.ticket.group.items())))
                return await self._tell(replace(step, kind=TicketStepKind.CLOSE, ticket=found or step.ticket))
            if answer.outcome is not TicketOutcome.GONE:
                return answer
        self._register.forget(step.ticket)
        return TicketAnswer(outcome=TicketOutcome.DONE)

    async def _reopen(self, step: TicketStep) -> TicketAnswer:
        """Open a closed ticket again; make a new one where the system does not let it."""
        answer = await self._tell(step)
        if answer.outcome in {TicketOutcome.DONE, TicketOutcome.NOT_DONE, TicketOutcome.UNKNOWN}:
            return answer
        self._say("ticket.not_reopened", step.ticket, reason=answer.reason)
        return await self._open(self.tickets.anew(step, self._clock.now()))

    async def _tell(self, step: TicketStep) -> TicketAnswer:
        """Update, close or reopen; what is refused is not said again."""
        request = self._requests.of(step.kind)
        answer = TicketAnswer(outcome=TicketOutcome.DONE)
        if request is not None and not step.ticket.id and self._requests.gives_id:
            looked = await self._looked_up(step)
            step, answer = (step, looked) if isinstance(looked, TicketAnswer) else (looked, answer)
        if request is not None and answer.outcome is TicketOutcome.DONE:
            answer = await self._exchange.ask(request, self._values(step))
        if answer.outcome in {TicketOutcome.NOT_DONE, TicketOutcome.UNKNOWN}:
            return answer
        if answer.outcome is TicketOutcome.DONE or step.kind is not TicketStepKind.REOPEN:
            settled = self.tickets.settled(step, self._clock.now())
            await self._saved(settled)
            self._say(f"ticket.{_PAST[step.kind]}", settled)
        return answer

    async def _found(self, step: TicketStep) -> TicketAnswer:
        """Look for a ticket whose answer was lost; GONE when it was not opened."""
        looked = await self._looked_up(step)
        if isinstance(looked, TicketAnswer):
            return looked
        opened = self._register.opened(looked.ticket, looked.ticket.id, looked.ticket.number)
        await self._saved(opened)
        self._say("ticket.found", opened)
        return TicketAnswer(outcome=TicketOutcome.DONE)

    async def _looked_up(self, step: TicketStep) -> TicketStep | TicketAnswer:
        """Return the step with the id that the system has for its ticket."""
        find = self._requests.find
        if find is None:
            return TicketAnswer(outcome=TicketOutcome.GONE, reason="the ticket's id is not known")
        answer = await self._exchange.ask(find, self._values(step))
        if answer.outcome not in {TicketOutcome.DONE, TicketOutcome.GONE}:
            outcome = TicketOutcome.NOT_DONE
            return TicketAnswer(outcome=outcome, reason=f"find: {answer.reason}", is_away=answer.is_away)
        ticket_id = found_in(find.document_id, answer.document)
        if ticket_id:
            number = str(found_in(find.number, answer.document))
            return self._register.identified(step, ticket_id, number)
        waited_s = self._clock.now().wall - (step.ticket.tried_at or 0.0)
        if 0.0 <= waited_s < find.trusted_after_s:
            return TicketAnswer(outcome=TicketOutcome.NOT_DONE, reason=_NOTHING_FOUND)
        return TicketAnswer(outcome=TicketOutcome.GONE, reason="the ticket is not found")

    def _values(self, step: TicketStep) -> Values:
        words = self._words
        return ticket_values(
            step, language=words.language, external_url=words.external_url, tables=words.tables
        )

    async def _saved(self, ticket: Ticket) -> None:
        await self._save((ticket,), self._register.drain_forgotten())

    def _say(self, event: str, ticket: Ticket, **more: str) -> None:
        named = str(ticket.number or ticket.id)
        log.info(event, sink=ticket.receiver, ticket=named, ref=ticket.ref, **more)
