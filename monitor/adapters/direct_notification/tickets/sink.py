"""A receiver that has one ticket for each cause in another system."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import structlog

from monitor.adapters.direct_notification.tickets.clerk import TicketClerk
from monitor.adapters.direct_notification.tickets.exchange import TicketAnswer, TicketExchange, TicketOutcome
from monitor.adapters.receiver.availability import Availability
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.ticket import TicketStep
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock

_LATER = frozenset({TicketOutcome.NOT_DONE, TicketOutcome.UNKNOWN})

log = structlog.get_logger()


class TicketSink:
    """An async context manager around the system, and who does what is due there."""

    def __init__(self, *, exchange: TicketExchange, clerk: TicketClerk, clock: Clock) -> None:
        self._exchange = exchange
        self._clerk = clerk
        self._tickets = clerk.tickets
        self._clock = clock
        self._availability = Availability(self.name)

    @property
    def name(self) -> str:
        """What the configuration calls the receiver."""
        return self._tickets.register.receiver

    @property
    def fault(self) -> str:
        """Why it cannot be reached, or what it refused, empty while there is nothing."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        await self._exchange.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._exchange.__aexit__(kind, error, traceback)

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Do what is due after these notices; RETRY when some of it is left, PARTIAL when some was refused.

        A ticket that the system breaks at does not keep the others from theirs; a system that is away does.
        """
        steps = self._tickets.due(notices, self._clock.now())
        faults: list[str] = []
        refusals = ["as many tickets are open as may be, no more are opened"] if self._tickets.is_full else []
        for step in steps:
            answer = await self._clerk.take(step)
            self._tickets.counts[step.kind, answer.outcome.value] += 1
            if answer.outcome in _LATER:
                faults.append(f"{step.kind.value}: {answer.reason}")
                if answer.is_away:
                    break
            elif answer.outcome is not TicketOutcome.DONE:
                refusals.append(f"{step.kind.value}: {answer.reason}")
                self._say_refused(step, answer)
        await self._clerk.forget()
        if faults:
            return self._availability.failed(faults[0])
        if refusals:
            return self._availability.partly(refusals[0])
        return self._availability.answered(Delivery.SENT) if steps else Delivery.SENT

    def _say_refused(self, step: TicketStep, answer: TicketAnswer) -> None:
        ticket = step.ticket
        log.error(
            "ticket.refused",
            sink=self.name,
            step=step.kind.value,
            ticket=str(ticket.number or ticket.id),
            ref=ticket.ref,
            reason=answer.reason,
        )
