"""The real web side around a fleet built by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec

from monitor.adapters.exposition import PerTerminal
from monitor.config.web_settings import PUSH_RATE
from monitor.domain.access.tokens import TokenRing
from monitor.domain.alerts.alert import Severity
from monitor.domain.device_record.entry import DeviceEntry, EntryKind
from monitor.domain.errors import InvalidDocument
from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.inventory.inventory import InventoryChange
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow
from monitor.domain.pushing.document import events_of, terminal_id_of
from monitor.domain.pushing.limits import PushLimits
from monitor.domain.pushing.source import PushSource
from monitor.ports.availability_reports import AvailabilityReports
from monitor.ports.device_desk import DeviceDesk
from monitor.ports.on_call_desk import OnCallDesk, Rule
from monitor.ports.push_intake import PushIntakePort, Receipt
from monitor.views.documents import Problem
from monitor.web import Admission, create_web, listening
from monitor.web.application import route_table as table_of
from monitor.web.listener.connection import Bounds
from monitor.web.routing.public_address import PublicAddress
from monitor.web.routing.route import Route
from monitor.web.server import WebListener
from tests.fleets import LivingFleet, make_fleet
from tests.reports import FakeReports

PROBLEM = "application/problem+json"


class ScriptedReload:
    """A reload that ends as told; `confirmed` are the `confirm_shrink` it was called with."""

    def __init__(self) -> None:
        self.outcome: InventoryChange | InvalidDocument | Exception = InventoryChange()
        self.confirmed: list[bool] = []

    async def __call__(self, *, confirm_shrink: bool = False) -> InventoryChange:
        """End as told."""
        self.confirmed.append(confirm_shrink)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class FakeIntake:
    """An intake that accepts events but for those in `bad`; `taken` is what it was given."""

    def __init__(self, **bad: str) -> None:
        self.bad = bad
        self.taken: list[tuple[PushSource, str, object]] = []

    def events(self, source: PushSource, document: object) -> Iterator[Receipt]:
        """Take events by their ids; a second one is a duplicate."""
        terminal_id, documents = terminal_id_of(document), events_of(document)
        source.authorise(terminal_id)
        rejected = []
        seen = {repr(known) for *_, known in self.taken}
        fresh = duplicates = 0
        for index, event in enumerate(documents):
            event_id = event.get("id") if isinstance(event, dict) else None
            if event_id in self.bad or event_id is None:
                rejected.append(Rejection(index=index, reason=self.bad.get(str(event_id), "id: missing")))
            elif repr(event) in seen:
                duplicates += 1
            else:
                fresh += 1
                self.taken.append((source, terminal_id, event))
        yield Receipt(accepted=fresh, duplicates=duplicates, rejected=rejected, field="events")

    def heartbeat(self, source: PushSource, document: object, body: bytes) -> Receipt:
        """Take a heartbeat; one that says `bad` is rejected."""
        source.authorise(terminal_id_of(document))
        if b'"bad"' in body:
            return Receipt(rejected=[Rejection(index=0, reason="battery.percent: not a number")])
        self.taken.append((source, "", body))
        return Receipt(accepted=1)


class FakeDesk:
    """A desk that takes whatever it is given."""

    async def silence(self, _written: object, author: Author) -> Silence:
        """Take a silence."""
        return Silence(
            id="s1", matcher=Matcher({}), starts_at=0.0, ends_at=1.0, by=author.name, comment="works"
        )

    async def open_window(self, _written: object, author: Author) -> OperatorWindow:
        """Open a window."""
        return OperatorWindow(
            id="w1", name="w1", matcher=Matcher({}), begin=0.0, end=1.0, by=author.name, comment="works"
        )

    async def acknowledge(self, _written: object, author: Author) -> list[Acknowledgement]:
        """Take an acknowledgement."""
        made = Acknowledgement(
            id="a1",
            alertname="PaperOut",
            subject="10000000",
            labels={},
            starts_at=0.0,
            severity=Severity.CRITICAL,
            cause="",
            at=0.0,
            ends_at=None,
            by=author.name,
            comment="",
        )
        return [made]

    async def end(self, kind: type[Rule], _rule_id: str, author: Author) -> Rule:
        """End a rule of the kind."""
        made = [await self.silence(None, author), await self.open_window(None, author)]
        for rule in [*made, *await self.acknowledge(None, author)]:
            if isinstance(rule, kind):
                return rule
        raise AssertionError(kind)


class Site:
    """A listening web side with a client of its own."""

    def __init__(
        self,
        living: LivingFleet,
        reload: ScriptedReload,
        client: aiohttp.ClientSession,
        listener: WebListener,
    ) -> None:
        self.living = living
        self.reload = reload
        self.client = client
        self.port = listener.port
        self.connections = listener.connections

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return a response and its body."""
        return await self.ask("GET", path, **options)

    async def ask(self, method: str, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, bytes]:
        """Return a response and its body."""
        async with self.client.request(method, f"{self.url}{path}", **options) as response:
            return response, await response.read()

    async def status(self, method: str, path: str, **options: Any) -> int:
        """Return an answer's status; its body is left unread, that of a stream does not end."""
        async with self.client.request(method, f"{self.url}{path}", **options) as response:
            return response.status

    async def decoded(self, path: str, kind: Any) -> Any:
        """Return a document of the API; it must be there."""
        response, body = await self.get(path)
        assert (response.status, response.content_type) == (200, "application/json")
        return msgspec.json.decode(body, type=kind)

    async def problem(self, path: str, method: str = "GET", **options: Any) -> Problem:
        """Return the problem a request comes to; its status must be the response's."""
        response, body = await self.ask(method, path, **options)
        assert response.content_type == PROBLEM
        problem = msgspec.json.decode(body, type=Problem)
        assert response.status == problem.status
        return problem


class FakeDevices:
    """Takes every line as it is meant to be."""

    async def note(self, terminal_id: str, written: object, author: Author) -> DeviceEntry:  # noqa: ARG002 - the port
        """Return a note."""
        return DeviceEntry(
            terminal_id=terminal_id, at=0.0, id="n1", kind=EntryKind.NOTE, by=author.name, noted_at=0.0
        )


REPORTS: AvailabilityReports = FakeReports()


@asynccontextmanager
async def serving(
    living: LivingFleet,
    *,
    per_terminal: PerTerminal = "all",
    bounds: Bounds | None = None,
    tokens: Callable[[], TokenRing] | None = None,
    intake: PushIntakePort | None = None,
    desk: OnCallDesk | None = None,
    devices: DeviceDesk | None = None,
    reports: AvailabilityReports | None = REPORTS,
    push_rate: float = PUSH_RATE,
    external_url: str = "",
) -> AsyncIterator[Site]:
    """Serve a fleet on a free port of 127.0.0.1."""
    reload = ScriptedReload()
    public = PublicAddress.of(external_url)
    app = create_web(
        read_model=living.read_model,
        store=living.store,
        reload=reload,
        per_terminal=per_terminal,
        admission=Admission(
            statistics=living.access,
            listen_host="127.0.0.1",
            tokens=tokens,
            push_limits=PushLimits(per_s=push_rate),
            public=public,
        ),
        intake=intake,
        desk=desk,
        devices=devices,
        reports=reports,
    )
    async with (
        listening(app, host="127.0.0.1", port=0, bounds=bounds or Bounds(), root=public.root) as listener,
        aiohttp.ClientSession() as client,
    ):
        yield Site(living, reload, client, listener)


def route_table() -> tuple[Route, ...]:
    """Return the routes as they are served."""
    living = make_fleet(1)
    table, _, _ = table_of(
        read_model=living.read_model,
        store=living.store,
        reload=ScriptedReload(),
        per_terminal="all",
        admission=Admission(statistics=living.access, listen_host="127.0.0.1"),
        intake=None,
    )
    return table


class RawPeer:
    """A peer that writes what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def write(self, text: str) -> None:
        """Send text as it is."""
        self.writer.write(text.encode("latin-1"))

    async def read_head(self) -> str:
        """Return the head of a response."""
        return (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")

    async def read_rest(self) -> bytes:
        """Return everything until the connection ends, however it ends."""
        parts = []
        try:
            while part := await self.reader.read(65536):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)


@asynccontextmanager
async def raw_peer(site: Site) -> AsyncIterator[RawPeer]:
    """Connect to a site."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        yield RawPeer(reader, writer)
    finally:
        writer.transport.abort()
