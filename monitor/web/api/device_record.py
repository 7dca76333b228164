"""Device records, over the API."""

import msgspec
from aiohttp import web

from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.on_call.action import Author
from monitor.ports.device_desk import DeviceDesk
from monitor.ports.store import Store
from monitor.views.cursor import BadCursor
from monitor.views.device_record_documents import DeviceRecordPage
from monitor.views.device_record_listing import device_entry_document, device_record_page, read_place
from monitor.views.documents import DEFAULT_LIMIT
from monitor.views.read_model import ReadModel
from monitor.views.terminal_listing import find_terminal
from monitor.views.terminal_segment import terminal_id_of
from monitor.web.api.wishes import made_by
from monitor.web.routing.problems import refused
from monitor.web.routing.query import DEVICE_RECORD, read_query

AUDIT = "audit.device_record"


class DeviceRecords:
    """Reads device records, and has people write into them; without a `desk` nothing is written (503)."""

    def __init__(self, *, read_model: ReadModel, store: Store, desk: DeviceDesk | None) -> None:
        self._read_model = read_model
        self._store = store
        self._desk = desk

    @property
    def takes_notes(self) -> bool:
        """Whether somebody writes down what people say."""
        return self._desk is not None

    async def page(self, terminal_id: str, *, cursor: str | None, limit: int) -> DeviceRecordPage:
        """Return a page of a record; refuses (404) a terminal that is unknown and has none."""
        try:
            before = None if cursor is None else read_place(cursor)
        except BadCursor:
            raise refused(400, "Bad Request", "cursor: not a cursor of this listing") from None
        found = await self._store.device_record(terminal_id, before=before, limit=limit + 1)
        if not found and cursor is None:
            self._check_known(terminal_id)
        return device_record_page(terminal_id, found, limit)

    async def write(self, terminal_id: str, written: object, author: Author) -> DeviceEntry:
        """Write a line; refuses (404) a terminal that is unknown and has no record."""
        desk = self._desk
        if desk is None:
            raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
        if not await self._store.device_record(terminal_id, limit=1):
            self._check_known(terminal_id)
        return await desk.note(terminal_id, written, author)

    def _check_known(self, terminal_id: str) -> None:
        if find_terminal(self._read_model.fleet, terminal_id) is None:
            raise refused(404, "Not Found", "The inventory has no terminal of that id.")


class DeviceRecordApi:
    """`/api/v1/terminals/{terminal_id}/record`."""

    def __init__(self, records: DeviceRecords) -> None:
        self._records = records

    async def get(self, request: web.Request) -> web.Response:
        """Answer with a page of a device record, newest first."""
        asked = read_query(request.query, DEVICE_RECORD)
        page = await self._records.page(
            terminal_of(request), cursor=asked.get("cursor"), limit=asked.get("limit", DEFAULT_LIMIT)
        )
        return web.Response(body=msgspec.json.encode(page), content_type="application/json")

    async def add(self, request: web.Request) -> web.Response:
        """Write a line into a device record."""
        terminal_id = terminal_of(request)

        async def write(written: object, author: Author) -> DeviceEntry:
            return await self._records.write(terminal_id, written, author)

        entry = device_entry_document(await made_by(request, write, audit=AUDIT))
        return web.Response(status=201, body=msgspec.json.encode(entry), content_type="application/json")


def terminal_of(request: web.Request) -> str:
    """Return the id of the terminal that a path names."""
    return terminal_id_of(request.match_info["terminal_id"])
