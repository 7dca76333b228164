"""`POST /api/v1/events` and `POST /api/v1/heartbeats`."""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import msgspec
from aiohttp import web

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Caller
from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.heartbeat.decoding import MAX_BYTES
from monitor.domain.pushing.document import RefusedPush, WrongShape, check_line, decode_document, split_lines
from monitor.domain.pushing.limits import PushLimits, TooFast, TooMuchAtOnce
from monitor.domain.pushing.source import PushSource, WrongTerminal
from monitor.domain.strict_json import BadJson
from monitor.ports.clock import Clock
from monitor.ports.push_intake import PushIntakePort, Receipt
from monitor.views.documents import FaultDocument, Problem, PushReceipt, RejectedItem
from monitor.web.access import caller_of, log_audit
from monitor.web.access.callers import network_of
from monitor.web.routing.body import LINES, MAX_PUSH_BYTES, read_body
from monitor.web.routing.problems import Refused, refused
from monitor.web.routing.query import read_query

AT_ONCE_BYTES = 32 * 1024
"""A body of this size is decoded in well under a millisecond; a thread decodes larger ones."""

_TakeIn = Callable[[PushSource, bytes, object], Iterator[Receipt]]


class PushEndpoints:
    """Decodes each pushed document once, hands it to `intake` and answers with what became of it.

    `limits` bounds what each source may push; without an `intake` every push is refused (503).
    """

    def __init__(
        self,
        *,
        intake: PushIntakePort | None,
        clock: Clock,
        statistics: AccessStatistics,
        limits: PushLimits,
    ) -> None:
        self._intake = intake
        self._clock = clock
        self._statistics = statistics
        self._limits = limits
        self._large_bodies = asyncio.Lock()

    async def events(self, request: web.Request) -> web.Response:
        """Take in the events of a terminal, or a line for each of several pushes."""
        return await self._answer(request, self._take_in_events, most=MAX_PUSH_BYTES)

    async def heartbeats(self, request: web.Request) -> web.Response:
        """Take in a heartbeat, or one a line."""
        return await self._answer(request, self._take_in_heartbeat, most=MAX_BYTES)

    def _take_in_events(self, source: PushSource, _body: bytes, document: object) -> Iterator[Receipt]:
        return self._present_intake().events(source, document)

    def _take_in_heartbeat(self, source: PushSource, body: bytes, document: object) -> Iterator[Receipt]:
        yield self._present_intake().heartbeat(source, document, body)

    def _present_intake(self) -> PushIntakePort:
        if self._intake is None:
            raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
        return self._intake

    async def _answer(self, request: web.Request, take_in: _TakeIn, *, most: int) -> web.Response:
        read_query(request.query, ())
        is_lines = request.content_type == LINES
        try:
            body_most = MAX_PUSH_BYTES if is_lines else most
            receipt = await self._received(request, take_in, most=body_most, is_lines=is_lines)
        except Refused as refusal:
            # The intake counts a wrong terminal (403) itself, whichever way the document came.
            if refusal.problem.status != web.HTTPForbidden.status_code:
                self._count(_REASONS.get(refusal.problem.status, "other"))
            raise
        return web.Response(status=202, body=msgspec.json.encode(receipt), content_type="application/json")

    async def _received(
        self, request: web.Request, take_in: _TakeIn, *, most: int, is_lines: bool
    ) -> PushReceipt:
        """Read a body within the limits of its source, and take in what it holds."""
        caller = caller_of(request)
        key = _key_of(caller)
        self._check_rate(request, caller)
        try:
            with self._limits.holding(key) as reserve:
                body = await read_body(request, most=most, reserve=reserve)
                # Decoded, a body takes ten times its size: large ones are evaluated one after the other.
                async with self._large_bodies if len(body) > AT_ONCE_BYTES else nullcontext():
                    # Other pushes of the source may have used up its rate while this one was read.
                    self._check_rate(request, caller)
                    self._limits.pay_bytes(key, self._clock.monotonic(), len(body))
                    receive = self._receive_lines if is_lines else self._receive_document
                    return await receive(request, body, take_in)
        except TooMuchAtOnce:
            problem = Problem(title="Service Unavailable", status=503, detail="Too much is pushed at once.")
            raise Refused(problem, headers={"Retry-After": "1"}) from None

    def _check_rate(self, request: web.Request, caller: Caller) -> None:
        try:
            self._limits.check(_key_of(caller), self._clock.monotonic())
        except TooFast as too_fast:
            if too_fast.is_first:
                log_audit("audit.push_flood", request, who=caller.name, outcome="limited")
            problem = Problem(title="Too Many Requests", status=429, detail="This source pushes too much.")
            retry_after = {"Retry-After": str(math.ceil(too_fast.wait_s))}
            raise Refused(problem, headers=retry_after) from None

    async def _receive_document(self, request: web.Request, body: bytes, take_in: _TakeIn) -> PushReceipt:
        caller = caller_of(request)
        try:
            return await self._take_in(caller, body, take_in)
        except BadJson as bad:
            self._pay(caller, 1)
            raise _problem(400, "Bad Request", None, str(bad), bad.line) from None
        except WrongTerminal as wrong:
            self._pay(caller, 1)
            _audit_wrong_terminal(request, caller)
            raise _problem(403, "Forbidden", wrong.field, wrong.reason) from None
        except RefusedPush as wrong:
            self._pay(caller, 1)
            raise _problem(422, "Unprocessable Content", wrong.field, wrong.reason) from None

    async def _receive_lines(self, request: web.Request, body: bytes, take_in: _TakeIn) -> PushReceipt:
        caller, receipt, wrong_terminals = caller_of(request), PushReceipt(), 0
        try:
            lines = split_lines(body)
        except WrongShape as wrong:
            raise refused(413, "Content Too Large", wrong.reason) from None
        for number, line in lines:
            try:
                check_line(line)
                _add(receipt, await self._take_in(caller, line, take_in, line=number))
            except (BadJson, RefusedPush) as bad:
                self._pay(caller, 1)
                if isinstance(bad, WrongTerminal):
                    wrong_terminals += 1
                else:
                    self._count("json" if isinstance(bad, BadJson) else "shape")
                receipt.rejected.append(RejectedItem(index=number, reason=str(bad)))
                await self._clock.sleep(0)
        if wrong_terminals:
            _audit_wrong_terminal(request, caller, lines=wrong_terminals)
        return receipt

    async def _take_in(
        self, caller: Caller, body: bytes, take_in: _TakeIn, line: int | None = None
    ) -> PushReceipt:
        """Add up the receipts for a document; in a body of lines the index is the line's."""
        if len(body) > AT_ONCE_BYTES:
            document = await asyncio.to_thread(decode_document, body)
        else:
            document = decode_document(body)
        receipt = PushReceipt()
        source = PushSource(name=caller.label, terminal_id=caller.terminal_id)
        for part in take_in(source, body, document):
            self._pay(caller, max(1, part.accepted + part.duplicates + len(part.rejected)))
            receipt.accepted += part.accepted
            receipt.duplicates += part.duplicates
            _add_unreadable(receipt, [_unreadable_item(phrase, line) for phrase in part.unreadable])
            receipt.rejected += [_rejected_item(part.field, found, line) for found in part.rejected]
            await self._clock.sleep(0)
        return receipt

    def _pay(self, caller: Caller, items: int) -> None:
        self._limits.pay(_key_of(caller), self._clock.monotonic(), items)

    def _count(self, reason: str) -> None:
        self._statistics.rejected_pushes[reason] += 1


_REASONS = {
    400: "json",
    408: "slow",
    413: "size",
    415: "media_type",
    422: "shape",
    429: "rate",
    503: "load",
}


def _key_of(caller: Caller) -> str:
    """Return under what the limits know a caller: its token, or the network of its address."""
    return network_of(caller.name)


def _audit_wrong_terminal(request: web.Request, caller: Caller, **fields: int) -> None:
    log_audit(
        "audit.push_refused", request, who=caller.name, outcome="refused", reason="wrong_terminal", **fields
    )


def _rejected_item(field: str, found: Rejection, line: int | None) -> RejectedItem:
    if line is None:
        return RejectedItem(index=found.index, reason=found.reason)
    reason = f"{field}[{found.index}]: {found.reason}" if field else found.reason
    return RejectedItem(index=line, reason=reason)


def _unreadable_item(phrase: str, line: int | None) -> RejectedItem:
    return RejectedItem(index=line or 0, reason=phrase)


def _add(receipt: PushReceipt, part: PushReceipt) -> None:
    receipt.accepted += part.accepted
    receipt.duplicates += part.duplicates
    _add_unreadable(receipt, part.unreadable or [])
    receipt.rejected += part.rejected


def _add_unreadable(receipt: PushReceipt, found: list[RejectedItem]) -> None:
    if found:
        receipt.unreadable = [*(receipt.unreadable or []), *found]


def _problem(status: int, title: str, field: str | None, reason: str, line: int | None = None) -> Refused:
    fault = FaultDocument(source="body", line=line, field=field or None, reason=reason)
    detail = f"{field}: {reason}" if field else reason
    return Refused(Problem(title=title, status=status, detail=detail, faults=[fault]))
