"""The page of a device record, and the form by which people write into it."""

from urllib.parse import urlencode

from aiohttp import hdrs, web
from msgspec import Struct

from monitor.domain.access.tokens import Scope
from monitor.domain.device_record.note_request import WRITTEN_BY_PEOPLE
from monitor.domain.errors import InvalidAction
from monitor.views.documents import DEFAULT_LIMIT
from monitor.views.terminal_segment import terminal_segment
from monitor.web.access import caller_of, log_audit
from monitor.web.api.device_record import AUDIT, DeviceRecords, terminal_of
from monitor.web.api.wishes import author_on_page, problem_of
from monitor.web.pages.deeds import one_of
from monitor.web.pages.template_renderer import TemplateRenderer
from monitor.web.routing.body import read_form
from monitor.web.routing.problems import MAX_BODY_BYTES, Refused
from monitor.web.routing.query import DEVICE_RECORD_PAGE, read_query


class DeviceNoteForm(Struct, kw_only=True):
    """What the form sends; `at` is as in DeviceNoteRequest, and may be left empty."""

    kind: str
    text: str
    at: str = ""


class DeviceRecordPages:
    """The record of one device from its newest line on."""

    def __init__(self, *, records: DeviceRecords, writer: TemplateRenderer) -> None:
        self._records = records
        self._writer = writer

    async def get(self, request: web.Request) -> web.Response:
        """Answer with a page of the record."""
        asked = read_query(request.query, DEVICE_RECORD_PAGE)
        terminal_id, limit = terminal_of(request), asked.get("limit", DEFAULT_LIMIT)
        page = await self._records.page(terminal_id, cursor=asked.get("cursor"), limit=limit)
        kept = [("limit", str(limit))] if "limit" in asked else []
        path = record_path(terminal_id)
        return await self._writer.page(
            request,
            "device_record.html",
            page=page,
            kinds=WRITTEN_BY_PEOPLE,
            may_write=self._records.takes_notes and caller_of(request).may(Scope.OPERATE),
            here_path=path,
            is_first="cursor" not in asked,
            first_url=f"{path}?{urlencode(kept)}",
            next_url=f"{path}?{urlencode([*kept, ('cursor', page.next_cursor or '')])}",
        )

    async def add(self, request: web.Request) -> web.Response:
        """Write what a form says, and show the record."""
        read_query(request.query, ())
        form = await read_form(request, most=MAX_BODY_BYTES)
        terminal_id = terminal_of(request)
        written = {name: one_of(form, name) for name in ("kind", "text", "at")}
        try:
            entry = await self._records.write(terminal_id, written, author_on_page(request))
        except InvalidAction as error:
            raise Refused(problem_of(error)) from None
        log_audit(AUDIT, request, who=caller_of(request).name, outcome="done", id=entry.id)
        place = f"{self._writer.root}{record_path(terminal_id)}"
        return web.Response(status=303, headers={hdrs.LOCATION: place}, content_type="text/html")


def record_path(terminal_id: str) -> str:
    """Return the path of the page of a terminal's record."""
    return f"/terminals/{terminal_segment(terminal_id)}/record"
