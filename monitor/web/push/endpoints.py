"""`POST /api/v1/events` and `POST /api/v1/heartbeats`."""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import NamedTuple

import msgspec
from aiohttp import web

from monitor.domain.access.rate_limit import RateLimit
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Caller
from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.strict_json import BadJson
from monitor.ports.clock import Clock
from monitor.services.push_intake import PushSource, Receipt
from monitor.views.documents import FaultDocument, Problem, PushReceipt, RejectedItem
from monitor.web.access import caller_of, tell_audit
from monitor.web.access.callers import network_of
from monitor.web.push.body import LINES, MAX_PUSH_BYTES, read_body
from monitor.web.push.decoding import (
    AT_ONCE_BYTES,
    WrongShape,
    check_line,
    decoded,
    events_of,
    lines_of,
    terminal_id_of,
)
from monitor.web.push.inflight_bytes import InflightBytes
from monitor.web.push.intake_port import PushIntakePort
from monitor.web.routing.problems import Refused, refused
from monitor.web.routing.query import read_query

EVENTS_A_TURN = 200
"""What the intake judges in a few milliseconds; then others have their turn."""
BURST_S = 10
ITEM_BYTES = 4096
"""So much of a body counts as another item: a single event can be a megabyte, which takes long to judge."""


class Part(NamedTuple):
    """What the intake says of one part of a document, which begins at `first` of the list `field`."""

    receipt: Receipt
    first: int = 0
    field: str = ""


_Take = Callable[[Caller, bytes, object], Iterator[Part]]


class Strange(WrongShape):
    """A document about another terminal than the caller may speak for."""


class PushEndpoints:
    """Takes pushes in, each source within its rate of `per_s` items a second; ITEM_BYTES are one, too.

    What a large push holds is known when it is here: it is taken, and its source has to wait until
    it is paid off.
    """

    def __init__(
        self, *, intake: PushIntakePort, clock: Clock, statistics: AccessStatistics, per_s: float
    ) -> None:
        self._intake = intake
        self._clock = clock
        self._statistics = statistics
        self._limit = RateLimit(per_s=per_s, burst=BURST_S * per_s)
        self._in_hand = InflightBytes()
        self._turn = asyncio.Lock()

    async def events(self, request: web.Request) -> web.Response:
        """Take in the events of a terminal, or a line for each of several pushes."""
        return await self._answer(request, self._take_events, most=MAX_PUSH_BYTES)

    async def heartbeats(self, request: web.Request) -> web.Response:
        """Take in a heartbeat, or one a line."""
        return await self._answer(request, self._take_heartbeat, most=MAX_BYTES)

    async def _answer(self, request: web.Request, take: _Take, *, most: int) -> web.Response:
        read_query(request.query, ())
        caller = caller_of(request)
        is_lines = request.content_type == LINES
        judged = self._lines if is_lines else self._whole
        try:
            self._heed_rate(request, caller)
            with self._in_hand.of(_source(caller)) as hold:
                body = await read_body(request, most=MAX_PUSH_BYTES if is_lines else most, hold=hold)
                # Decoded, a body takes ten times its size: large ones are judged one after the other.
                async with self._turn if len(body) > AT_ONCE_BYTES else nullcontext():
                    # Its source may have brought much more while this one was on its way.
                    self._heed_rate(request, caller)
                    self._pay(caller, len(body) // ITEM_BYTES)
                    receipt = await judged(request, body, take)
        except Refused as refusal:
            self._count(_REASONS.get(refusal.problem.status, "other"))
            raise
        return web.Response(status=202, body=msgspec.json.encode(receipt), content_type="application/json")

    def _heed_rate(self, request: web.Request, caller: Caller) -> None:
        source, now = _source(caller), self._clock.monotonic()
        wait_s = self._limit.wait_s(source, now)
        if not wait_s:
            return
        if self._limit.is_first_refusal(source, now):
            tell_audit("audit.push_flood", request, who=caller.name, outcome="limited")
        problem = Problem(title="Too Many Requests", status=429, detail="This source pushes too much.")
        raise Refused(problem, headers={"Retry-After": str(math.ceil(wait_s))})

    async def _whole(self, request: web.Request, body: bytes, take: _Take) -> PushReceipt:
        caller = caller_of(request)
        try:
            return await self._judged(caller, body, take)
        except BadJson as bad:
            self._pay(caller, 1)
            raise _problem(400, "Bad Request", None, str(bad), bad.line) from None
        except Strange as strange:
            self._pay(caller, 1)
            tell_audit(
                "audit.push_refused", request, who=caller.name, outcome="refused", reason="wrong_terminal"
            )
            raise _problem(403, "Forbidden", strange.field, strange.reason) from None
        except WrongShape as wrong:
            self._pay(caller, 1)
            raise _problem(422, "Unprocessable Content", wrong.field, wrong.reason) from None

    async def _lines(self, request: web.Request, body: bytes, take: _Take) -> PushReceipt:
        caller, receipt, strangers = caller_of(request), PushReceipt(), 0
        try:
            lines = lines_of(body)
        except WrongShape as wrong:
            raise refused(413, "Content Too Large", wrong.reason) from None
        for number, line in lines:
            try:
                check_line(line)
                _add(receipt, await self._judged(caller, line, take, line=number))
            except (BadJson, WrongShape) as bad:
                self._pay(caller, 1)
                self._count(_reason_of(bad))
                strangers += isinstance(bad, Strange)
                receipt.rejected.append(RejectedItem(index=number, reason=str(bad)))
                await self._clock.sleep(0)
        if strangers:
            who, reason = caller.name, "wrong_terminal"
            tell_audit(
                "audit.push_refused", request, who=who, outcome="refused", reason=reason, lines=strangers
            )
        return receipt

    async def _judged(self, caller: Caller, body: bytes, take: _Take, line: int | None = None) -> PushReceipt:
        """Add up what the intake says of a document; in a body of lines the index is the line's."""
        receipt = PushReceipt()
        for part in take(caller, body, await decoded(body)):
            said = part.receipt
            self._pay(caller, max(1, said.accepted + said.duplicates + len(said.rejected)))
            receipt.accepted += said.accepted
            receipt.duplicates += said.duplicates
            receipt.rejected += [_rejected(part, found, line) for found in said.rejected]
            await self._clock.sleep(0)
        return receipt

    def _take_events(self, caller: Caller, _body: bytes, document: object) -> Iterator[Part]:
        terminal_id, events = _own_id(caller, document), events_of(document)
        source = PushSource(name=caller.label, terminal_id=caller.terminal_id)
        for first in range(0, max(1, len(events)), EVENTS_A_TURN):
            some = events[first : first + EVENTS_A_TURN]
            yield Part(self._intake.events(source, terminal_id, some), first, "events")

    def _take_heartbeat(self, caller: Caller, body: bytes, document: object) -> Iterator[Part]:
        _own_id(caller, document)
        source = PushSource(name=caller.label, terminal_id=caller.terminal_id)
        yield Part(self._intake.heartbeat(source, body))

    def _pay(self, caller: Caller, cost: float) -> None:
        self._limit.pay(_source(caller), self._clock.monotonic(), cost)

    def _count(self, reason: str) -> None:
        self._statistics.rejected_pushes[reason] += 1


_REASONS = {
    400: "json",
    403: "wrong_terminal",
    408: "slow",
    413: "size",
    415: "media_type",
    422: "shape",
    429: "rate",
    503: "load",
}


def _source(caller: Caller) -> str:
    return network_of(caller.name)


def _own_id(caller: Caller, document: object) -> str:
    terminal_id = terminal_id_of(document)
    if caller.terminal_id not in ("", terminal_id):
        raise Strange("terminal_id", "this token speaks for another terminal")
    return terminal_id


def _reason_of(bad: BadJson | WrongShape) -> str:
    return "json" if isinstance(bad, BadJson) else "wrong_terminal" if isinstance(bad, Strange) else "shape"


def _rejected(part: Part, found: Rejection, line: int | None) -> RejectedItem:
    index = part.first + found.index
    if line is None:
        return RejectedItem(index=index, reason=found.reason)
    reason = f"{part.field}[{index}]: {found.reason}" if part.field else found.reason
    return RejectedItem(index=line, reason=reason)


def _add(receipt: PushReceipt, said: PushReceipt) -> None:
    receipt.accepted += said.accepted
    receipt.duplicates += said.duplicates
    receipt.rejected += said.rejected


def _problem(status: int, title: str, field: str | None, reason: str, line: int | None = None) -> Refused:
    fault = FaultDocument(source="body", line=line, field=field or None, reason=reason)
    detail = f"{field}: {reason}" if field else reason
    return Refused(Problem(title=title, status=status, detail=detail, faults=[fault]))
