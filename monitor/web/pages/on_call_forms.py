"""What people on call ask for by the forms of the pages."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress

from aiohttp import hdrs, web

from monitor.domain.errors import InvalidAction
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import OnCallRule
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.ports.on_call_desk import OnCallDesk, OverError, UnknownRuleError
from monitor.views.alert_lines import narrow_match, own_rules
from monitor.views.reach_words import reach_question
from monitor.views.read_model import ReadModel
from monitor.web.access import caller_of, log_audit
from monitor.web.api.wishes import author_on_page, problem_of
from monitor.web.pages.deeds import (
    MATCH_FIELDS,
    Deed,
    alerts_of,
    deed_of,
    match_of,
    one_of,
    until_of,
    way_back,
)
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.pages.translation import language_of
from monitor.web.routing.body import read_form
from monitor.web.routing.problems import MAX_BODY_BYTES, Refused, refused
from monitor.web.routing.query import Done, read_query

NO_COMMENT = "no comment"
"""What a silence says that was made in a hurry."""

KINDS: Mapping[str, type[OnCallRule]] = {
    "silences": Silence,
    "acks": Acknowledgement,
    "windows": OperatorWindow,
}
"""What may be ended, by the first step of its path."""


class OnCallForms:
    """Takes what buttons ask for, and sends the browser back to the page that it came from."""

    def __init__(self, *, read_model: ReadModel, desk: OnCallDesk | None, writer: TemplateRenderer) -> None:
        self._read_model = read_model
        self._desk = desk
        self._writer = writer

    async def act(self, request: web.Request) -> web.Response:
        """Do what a button says to the alerts that are ticked, and go back."""
        read_query(request.query, ())
        form = await read_form(request, most=MAX_BODY_BYTES)
        deed, alerts, comment = deed_of(form), alerts_of(form), one_of(form, "comment")
        back = one_of(form, "back")
        wishes: list[Awaitable[bool]]
        if deed is Deed.ACKNOWLEDGE:
            done, wishes = Done.ACKNOWLEDGED, [self._acknowledge(request, key, comment) for key in alerts]
        elif deed is Deed.END:
            done, wishes = Done.ENDED, [self._end_all(request, key) for key in alerts]
        else:
            until = until_of(deed, self._read_model.clock.now().wall)
            done = Done.SILENCED
            wishes = [self._silence(request, key, comment, until) for key in alerts]
        count = sum(await self._done(wishes))
        return self._back(way_back(back, done, count=count, over=len(alerts) - count))

    async def add_silence(self, request: web.Request) -> web.Response:
        """Silence what a form matches, or ask whether that is meant."""
        read_query(request.query, ())
        form = await read_form(request, most=MAX_BODY_BYTES)
        wish = {
            "match": match_of(form),
            "until": until_of(deed_of(form), self._read_model.clock.now().wall),
            "comment": one_of(form, "comment"),
            "confirm": bool(one_of(form, "confirm")),
        }
        try:
            made = await self._present_desk().silence(wish, author_on_page(request))
        except InvalidAction as error:
            question = next((fault.reason for fault in error.faults if fault.field == "confirm"), "")
            if not question or "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
                raise Refused(problem_of(error)) from None
            written = {name: one_of(form, name) for name in (*MATCH_FIELDS, "do", "comment")}
            reason = reach_question(question, language_of(request))
            answer = await self._writer.page(request, "confirm.html", reason=reason, written=written)
            answer.set_status(422)
            return answer
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=made.id)
        return self._back(way_back("/silences", Done.SILENCED, count=1))

    async def end(self, request: web.Request) -> web.Response:
        """End a silence, a window or an acknowledgement, and go back."""
        read_query(request.query, ())
        form = await read_form(request, most=MAX_BODY_BYTES)
        kind = KINDS[request.path.split("/")[1]]
        rule_id = request.match_info["id"]
        try:
            await self._present_desk().end(kind, rule_id, author_on_page(request))
        except UnknownRuleError:
            raise refused(404, "Not Found", "Nothing of that id is in force.") from None
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=rule_id)
        return self._back(way_back(one_of(form, "back") or "/silences", Done.ENDED, count=1))

    async def _done(self, wishes: list[Awaitable[bool]]) -> list[bool]:
        try:
            return list(await asyncio.gather(*wishes))
        except InvalidAction as error:
            raise Refused(problem_of(error)) from None

    async def _acknowledge(self, request: web.Request, key: tuple[str, str, str], comment: str) -> bool:
        alertname, subject, starts_at = key
        wish = {"alertname": alertname, "subject": subject, "starts_at": starts_at, "comment": comment}
        try:
            made, *_ = await self._present_desk().acknowledge(wish, author_on_page(request))
        except OverError:
            return False
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=made.id)
        return True

    async def _silence(
        self, request: web.Request, key: tuple[str, str, str], comment: str, until: str
    ) -> bool:
        alertname, subject, _ = key
        match = narrow_match(alertname, subject)
        if match is None or self._read_model.book.find(alertname, subject) is None:
            return False
        # It is about this alert alone: there is nothing to confirm.
        wish = {"match": match, "until": until, "comment": comment or NO_COMMENT, "confirm": True}
        made = await self._present_desk().silence(wish, author_on_page(request))
        log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=made.id)
        return True

    async def _end_all(self, request: web.Request, key: tuple[str, str, str]) -> bool:
        alertname, subject, _ = key
        wall = self._read_model.clock.now().wall
        rules = own_rules(alertname, subject, self._read_model.suppression.on_call, wall)
        for rule in rules:
            with suppress(UnknownRuleError):
                await self._present_desk().end(type(rule), rule.id, author_on_page(request))
                log_audit("audit.on_call", request, who=caller_of(request).name, outcome="done", id=rule.id)
        return bool(rules)

    def _back(self, place: str) -> web.Response:
        return web.Response(
            status=303, headers={hdrs.LOCATION: f"{self._writer.root}{place}"}, content_type="text/html"
        )

    def _present_desk(self) -> OnCallDesk:
        if self._desk is None:
            raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
        return self._desk
