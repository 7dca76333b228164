"""Taking into force what people on call say."""

import secrets
from collections.abc import Awaitable, Callable, Sequence

import structlog

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.errors import Fault, InvalidAction
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.on_call.acknowledgement import Acknowledgement, leading_cause
from monitor.domain.on_call.action import Author
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.requests import AcknowledgementWish, read_acknowledgement, read_silence
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.domain.on_call.window_request import read_window
from monitor.domain.suppression.reach import alerts_matched, covers_much, terminals_matched
from monitor.ports.clock import Clock
from monitor.ports.on_call_desk import OverError, Rule, UnknownRuleError

MOST_RULES = 20_000
"""More silences than this are no work of people."""

ASKS_ABOVE = 0.1
ASKS_FROM = 20
"""A match of more than a tenth of the fleet, and at least so many terminals, must be confirmed."""

_ID_BYTES = 6

log = structlog.get_logger()


class Desk:
    """The port OnCallDesk over the board.

    `saved` returns when everything that has changed is durable.
    """

    def __init__(
        self,
        *,
        board: OnCallBoard,
        book: AlertBook,
        fleet: Fleet,
        clock: Clock,
        saved: Callable[[], Awaitable[None]],
        tickets: TicketBoard | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(_ID_BYTES),
    ) -> None:
        self._board = board
        self._book = book
        self._fleet = fleet
        self._clock = clock
        self._saved = saved
        self._tickets = tickets or TicketBoard()
        self._new_id = new_id

    async def silence(self, written: object, author: Author) -> Silence:
        """Put a silence in force; see the port."""
        now = self._clock.now().wall
        wish = read_silence(written, now)
        matched = alerts_matched(wish.matcher, book=self._book, fleet=self._fleet)
        self._check_room()
        if not wish.is_confirmed:
            self._check_reach(wish.matcher, matched)
        silence = Silence(
            id=self._new_id(),
            matcher=wish.matcher,
            starts_at=wish.starts_at,
            ends_at=wish.ends_at,
            by=author.name,
            comment=wish.comment,
        )
        self._board.add(silence, author, now, matched=matched)
        log.info("on_call.silenced", id=silence.id, by=author.name, match=str(silence.matcher))
        await self._saved()
        return silence

    async def open_window(self, written: object, author: Author) -> OperatorWindow:
        """Open a window of planned work; see the port."""
        now = self._clock.now().wall
        wish = read_window(written, now)
        matched = alerts_matched(wish.matcher, book=self._book, fleet=self._fleet)
        self._check_room()
        if not wish.is_confirmed:
            self._check_reach(wish.matcher, matched)
        window_id = self._new_id()
        window = OperatorWindow(
            id=window_id,
            name=wish.name or window_id,
            matcher=wish.matcher,
            begin=wish.begin,
            end=wish.end,
            every=wish.every,
            timezone=wish.timezone,
            excuses_sla=wish.excuses_sla,
            length_s=wish.length_s,
            by=author.name,
            comment=wish.comment,
        )
        self._board.add(window, author, now, matched=matched)
        log.info("on_call.window_opened", id=window.id, by=author.name, match=str(window.matcher))
        await self._saved()
        return window

    async def acknowledge(self, written: object, author: Author) -> Sequence[Acknowledgement]:
        """Acknowledge one alert, or those of a ticket; see the port."""
        now = self._clock.now()
        wish = read_acknowledgement(written, now.wall)
        meant = self._of_ticket(wish.ticket) if wish.ticket else [self._meant(wish)]
        known = {
            alert.key: self._board.acknowledgement_of(alert, now.wall) if wish.ticket else None
            for alert in meant
        }
        self._check_room()
        made = [known[alert.key] or self._acknowledged(alert, wish, author, now) for alert in meant]
        await self._saved()
        return made

    def _acknowledged(
        self, alert: Alert, wish: AcknowledgementWish, author: Author, now: Instant
    ) -> Acknowledgement:
        made = Acknowledgement(
            id=self._new_id(),
            alertname=alert.alertname,
            subject=alert.subject,
            labels=alert.labels,
            starts_at=alert.since.wall,
            severity=alert.severity,
            cause=leading_cause(alert.annotations),
            at=now.wall,
            ends_at=wish.ends_at,
            by=author.name,
            comment=wish.comment,
            outlives_recovery_s=wish.outlives_recovery_s,
        )
        self._board.add(made, author, now.wall)
        log.info("on_call.acknowledged", id=made.id, by=author.name, alertname=alert.alertname)
        return made

    def _of_ticket(self, name: str) -> list[Alert]:
        """Return the alerts that the ticket of that name tells of and that fire."""
        tickets = self._tickets.called(name)
        if not tickets:
            raise UnknownRuleError(name)
        found = [
            alert
            for alert in self._book
            if alert.state is AlertState.FIRING
            and any(self._tickets.is_about(ticket, alert.labels) for ticket in tickets)
        ]
        if not found:
            raise OverError("What the ticket tells of is over.")
        return found

    async def end(self, kind: type[Rule], rule_id: str, author: Author) -> Rule:
        """End a rule before its time; see the port."""
        found = self._board.find(rule_id)
        if found is None or not isinstance(found, kind):
            raise UnknownRuleError(rule_id)
        self._board.end(found, author, self._clock.now().wall, "ended before its time")
        log.info("on_call.ended", id=rule_id, by=author.name)
        await self._saved()
        return found

    def _meant(self, wish: AcknowledgementWish) -> Alert:
        """Return the alert that somebody wants to acknowledge."""
        found = [
            alert
            for alert in self._book.named(wish.alertname).values()
            if wish.subject in {"", alert.subject}
            and wish.labels.items() <= alert.labels.items()
            and (wish.began is None or abs(alert.since.wall - wish.began) < 1.0)
        ]
        if not found:
            raise OverError("There is no such alert: it is over, or it never was.")
        firing = [alert for alert in found if alert.state is AlertState.FIRING]
        if not firing:
            raise OverError("The alert has not been confirmed yet: nobody has been told of it.")
        if len(firing) > 1:
            reason = f"names {len(firing)} alerts; add terminal_id, site or subject"
            raise InvalidAction([Fault(source="request", field="alertname", reason=reason)])
        return firing[0]

    def _check_room(self) -> None:
        if self._board.size >= MOST_RULES:
            reason = f"there are {MOST_RULES} silences and acknowledgements already; end some first"
            raise InvalidAction([Fault(source="request", reason=reason)])

    def _check_reach(self, matcher: Matcher, matched: int) -> None:
        """Ask to confirm what concerns much of the fleet, or nothing."""
        terminals = terminals_matched(matcher, self._fleet)
        if not matcher.terms:
            reason = "an empty match concerns every alert"
        elif covers_much(terminals, self._fleet, share=ASKS_ABOVE, least=ASKS_FROM):
            reason = f"it concerns {terminals} of {len(self._fleet)} terminals"
        elif not terminals and not matched:
            reason = "it matches no terminal and no open alert; is it spelt right?"
        else:
            return
        raise InvalidAction(
            [Fault(source="request", field="confirm", reason=f'{reason}; confirm it with "confirm": true')]
        )
