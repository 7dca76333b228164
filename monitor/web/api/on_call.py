"""Silences, acknowledgements and the record of actions, over the API."""

from typing import TypeVar

import msgspec
from aiohttp import web

from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, OnCallRule
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.ports.on_call_desk import OnCallDesk, UnknownRuleError
from monitor.ports.store import Store
from monitor.views.cursor import BadCursor, decode_number
from monitor.views.documents import DEFAULT_LIMIT
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
from monitor.web.api.wishes import author_of, made_by
from monitor.web.routing.problems import refused
from monitor.web.routing.query import ACTIONS, read_query

AUDIT = "audit.on_call"

Rule = TypeVar("Rule", bound=OnCallRule)


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
        made = await made_by(request, self._present_desk().silence, audit=AUDIT)
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
        made = await made_by(request, self._present_desk().open_window, audit=AUDIT)
        return _response(opened_window(made, self._read_model), status=201)

    async def end_window(self, request: web.Request) -> web.Response:
        """End a window before its time."""
        return _response(opened_window(await self._end(request, OperatorWindow), self._read_model))

    async def acknowledgements(self, request: web.Request) -> web.Response:
        """Answer with all acknowledgements."""
        read_query(request.query, ())
        return _response(acknowledgement_page(self._read_model))

    async def acknowledge(self, request: web.Request) -> web.Response:
        """Acknowledge one alert, or those of a ticket; 409 when it is over, 404 for an unknown ticket."""
        desk = self._present_desk()
        others: list[str] = []

        async def acknowledge(written: object, author: Author) -> Acknowledgement:
            try:
                first, *more = await desk.acknowledge(written, author)
            except UnknownRuleError:
                raise refused(404, "Not Found", "No open ticket of that name is known here.") from None
            others.extend(one.id for one in more)
            return first

        made = await made_by(request, acknowledge, audit=AUDIT)
        return _response(acknowledgement_document(made, others), status=201)

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

    async def _end(self, request: web.Request, kind: type[Rule]) -> Rule:
        read_query(request.query, ())
        try:
            ended = await self._present_desk().end(kind, request.match_info["id"], author_of(request))
        except UnknownRuleError:
            raise refused(404, "Not Found", "Nothing of that id is in force.") from None
        log_audit(AUDIT, request, who=caller_of(request).name, outcome="done", id=ended.id)
        return ended

    def _present_desk(self) -> OnCallDesk:
        if self._desk is None:
            raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
        return self._desk


def _response(document: msgspec.Struct, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(document), content_type="application/json")
