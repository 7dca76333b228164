"""Silences, acknowledgements and the record of actions, over the API."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import unquote

import msgspec
from aiohttp import web

from monitor.domain.errors import InvalidAction
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, OnCallRule, Via
from monitor.domain.on_call.matcher import fault_of_text
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.domain.strict_json import BadJson, decode_strictly
from monitor.ports.on_call_desk import OnCallDesk, OverError, UnknownRuleError
from monitor.ports.store import Store
from monitor.views.cursor import BadCursor, decode_number
from monitor.views.documents import DEFAULT_LIMIT, FaultDocument, Problem
from monitor.views.on_call_listing import (
    acknowledgement_document,
    acknowledgement_page,
    action_page,
    opened_window,
    silence_document,
    silence_page,
    window_page,
)
from monitor.views.read_model import ReadModel
from monitor.web.access import caller_of, log_audit
from monitor.web.routing.body import read_body
from monitor.web.routing.problems import MAX_BODY_BYTES, Refused, refused
from monitor.web.routing.query import ACTIONS, read_query

VIA_FIELD = "Posmon-Via"
"""The header field by which posmon's own command line says that it is one."""

BY_FIELD = "Posmon-By"
"""The header field that names the author where a request has no document, percent-encoded."""

LONGEST_AUTHOR = 64

Made = TypeVar("Made", bound=OnCallRule)


class OnCallApi:
    """`/api/v1/silences`, `/api/v1/windows`, `/api/v1/acks` and `/api/v1/actions`.

    Without a `desk` nothing can be changed (503).
    """

    def __init__(self, *, read_model: ReadModel, store: Store, desk: OnCallDesk | None) -> None:
        self._read_model = read_model
        self._store = store
        self._desk = desk

    async def silences(self, request: web.Request) -> web.Response:
        """Answer with all silences."""
        read_query(request.query, ())
        return _response(silence_page(self._read_model))

    async def add_silence(self, request: web.Request) -> web.Response:
        """Put a silence in force."""
        made = await self._make(request, self._present_desk().silence)
        return _response(silence_document(made, self._read_model), status=201)

    async def end_silence(self, request: web.Request) -> web.Response:
        """End a silence before its time."""
        ended = await self._end(request, Silence)
        return _response(silence_document(ended, self._read_model))

    async def windows(self, request: web.Request) -> web.Response:
        """Answer with all windows of planned work."""
        read_query(request.query, ())
        return _response(window_page(self._read_model))

    async def open_window(self, request: web.Request) -> web.Response:
        """Open a window of planned work."""
        made = await self._make(request, self._present_desk().open_window)
        return _response(opened_window(made, self._read_model), status=201)

    async def end_window(self, request: web.Request) -> web.Response:
        """End a window before its time."""
        return _response(opened_window(await self._end(request, OperatorWindow), self._read_model))

    async def acknowledgements(self, request: web.Request) -> web.Response:
        """Answer with all acknowledgements."""
        read_query(request.query, ())
        return _response(acknowledgement_page(self._read_model))

    async def acknowledge(self, request: web.Request) -> web.Response:
        """Acknowledge one alert; 409 when it is over."""
        made = await self._make(request, self._present_desk().acknowledge)
        return _response(acknowledgement_document(made), status=201)

    async def end_acknowledgement(self, request: web.Request) -> web.Response:
        """Take an acknowledgement back."""
        return _response(acknowledgement_document(await self._end(request, Acknowledgement)))

    async def actions(self, request: web.Request) -> web.Response:
        """Answer with a page of the record of actions, newest first."""
        asked = read_query(request.query, ACTIONS)
        limit = asked.get("limit", DEFAULT_LIMIT)
        try:
            before = decode_number(asked["cursor"]) if "cursor" in asked else None
        except BadCursor:
            raise refused(400, "Bad Request", "cursor: not a cursor of this listing") from None
        return _response(action_page(await self._store.actions(before=before, limit=limit + 1), limit))

    async def _make(self, request: web.Request, make: Callable[[object, Author], Awaitable[Made]]) -> Made:
        read_query(request.query, ())
        try:
            written = decode_strictly(await read_body(request, most=MAX_BODY_BYTES, in_lines=False))
            made = await make(written, author_of(request, written))
        except BadJson as bad:
            raise refused(400, "Bad Request", str(bad)) from None
        except InvalidAction as error:
            raise Refused(problem_of(error)) from None
        except OverError as over:
            raise refused(409, "Conflict", str(over)) from None
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=made.id)
        return made

    async def _end(self, request: web.Request, kind: type[Made]) -> Made:
        read_query(request.query, ())
        try:
            ended = await self._present_desk().end(kind, request.match_info["id"], author_of(request))
        except UnknownRuleError:
            raise refused(404, "Not Found", "Nothing of that id is in force.") from None
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=ended.id)
        return ended

    def _present_desk(self) -> OnCallDesk:
        if self._desk is None:
            raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
        return self._desk


def author_of(request: web.Request, written: object = None) -> Author:
    """Return who acts: the token's name; where posmon asks for none, the author that the request names."""
    caller = caller_of(request)
    name = caller.label
    said = written.get("by") if isinstance(written, dict) else unquote(request.headers.get(BY_FIELD, ""))
    if caller.label == caller.address and isinstance(said, str) and not fault_of_text(said.strip()):
        name = said.strip()[:LONGEST_AUTHOR] or name
    is_own = request.headers.get(VIA_FIELD) == Via.CLI.value
    return Author(name=name, via=Via.CLI if is_own else Via.API)


def problem_of(error: InvalidAction) -> Problem:
    """Return the problem document of a wrong wish: its faults in one sentence, and each by its field."""
    said = "; ".join(
        f"{fault.field}: {fault.reason}" if fault.field else fault.reason for fault in error.faults
    )
    return Problem(
        title="Unprocessable Content",
        status=422,
        detail=said,
        faults=[
            FaultDocument(source=fault.source, line=fault.line, field=fault.field, reason=fault.reason)
            for fault in error.faults
        ],
    )


def _response(document: msgspec.Struct, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(document), content_type="application/json")
