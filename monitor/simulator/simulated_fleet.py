"""A whole fleet, answering: what `posmon simulate`, `posmon demo`, tests and the bench start."""

import asyncio
import contextlib
import ssl
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import partial
from typing import Self
from urllib.parse import unquote_to_bytes

from monitor.domain.inventory.terminal import Terminal
from monitor.ports.clock import Clock
from monitor.simulator.adyen_cloud import adyen_id
from monitor.simulator.answer import SimulatedAnswer, Situation, whole
from monitor.simulator.behaviour import document_at
from monitor.simulator.clouds import IDS, KINDS, connection_of, open_cloud
from monitor.simulator.document import Document, encode
from monitor.simulator.faults import fault_named, rank
from monitor.simulator.fleet import FIRST_TERMINAL_ID, SimulatedTerminal, make_sites, make_terminals
from monitor.simulator.incident import Incident
from monitor.simulator.loopback import refuse_beyond_loopback
from monitor.simulator.mqtt_publisher import STATE, Publisher, Publishing
from monitor.simulator.own_port import OwnPort, Serve, settle, tend
from monitor.simulator.scenario import Scenario
from monitor.simulator.server import PollerConnection
from monitor.simulator.socket_terminals import EscposPrinter, SocketTerminal, ZvtTerminal

LOOPBACK = "127.0.0.1"
HTTP = "http"
SOCKET_KINDS: dict[str, type[SocketTerminal]] = {"zvt": ZvtTerminal, "escpos": EscposPrinter}
"""Kinds of terminals that each have a port of their own, by the scheme of their endpoints."""

NEXO = "nexo"
"""Terminals of Adyen in the local network: each has a port and a certificate of its own."""

MQTT = "mqtt"
FLEET_KINDS = (HTTP, *SOCKET_KINDS, NEXO, *KINDS, MQTT)
"""How the terminals of a fleet may speak."""

_BACKLOG = 4096
_PREFIX, _SUFFIX = b"/terminals/", b"/heartbeat"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_HINT = b"nobody here; ask for /terminals/<terminal_id>/heartbeat\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (
    len(_HINT),
    _HINT,
)


class SimulatedFleet:
    """Terminals that answer over HTTP while the context lasts.

    Give `terminals` (10 when nothing else is said), or a `scenario` that lists its sites. The same
    seed and scenario give the same fleet, with the same behaviour at the same time after the start.
    `host` is a loopback address, `port` 0 takes a free one; `tls` makes it HTTPS. Terminals named in
    `own_ports` get a port of their own, as does every one that the scenario lets refuse connections;
    only those can be given the fault `refused`. `transactions_per_day` customers come to each terminal, one
    after the other; 0 leaves its events empty, but for those that faults bring about. `kind` is one
    of FLEET_KINDS; terminals of MQTT listen nowhere, and `publishing` says to which broker they publish. The
    fleets beside a scenario's first one are the caller's to start.

    Raises InvalidScenario when the scenario names what the fleet has not, BrokerAway when the broker is.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        terminals: int | None = None,
        seed: int = 1,
        scenario: Scenario | None = None,
        host: str = LOOPBACK,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        own_ports: Collection[str] = (),
        transactions_per_day: int = 0,
        kind: str = HTTP,
        publishing: Publishing | None = None,
    ) -> None:
        if (kind == MQTT) is (publishing is None):
            raise ValueError("terminals of kind mqtt, and no others, publish to a broker")
        given = scenario.sites if scenario else ()
        if given and terminals is not None:
            raise ValueError("the scenario lists its sites, so the number of terminals is given")
        refuse_beyond_loopback(host)
        self.sites = given or tuple(make_sites(10 if terminals is None else terminals, seed=seed))
        self._clock, self._began_s = clock, clock.monotonic()
        self._transactions_per_day = transactions_per_day
        self._kind = kind
        self._cloud = open_cloud(kind, clock) if kind in KINDS else None
        self._address, self._tls = (host, port), tls
        first_id = scenario.first_id if scenario else FIRST_TERMINAL_ID
        made = make_terminals(self.sites, seed=seed, first_id=first_id)
        self._terminals = {terminal.terminal_id.encode(): terminal for terminal in made}
        if scenario:
            scenario.assign(list(self._terminals.values()), seed=seed)
        self._named_ports = frozenset(own_ports)
        for terminal_id in self._named_ports:
            if terminal_id.encode() not in self._terminals:
                raise ValueError(f"no terminal {terminal_id} in this fleet to give a port to")
        self._own_ports: dict[SimulatedTerminal, OwnPort] = {}
        self._ports_changed = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._publishing, self._publisher = publishing, contextlib.AsyncExitStack()
        self._connections: set[PollerConnection] = set()
        self._waiters: defaultdict[SimulatedTerminal, list[asyncio.Event]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        try:
            await self._listen()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._close()

    async def _listen(self) -> None:
        if self._publishing is not None:
            self._began_s = self._clock.monotonic()
            publisher = Publisher(publishing=self._publishing, list_fleet=self._listing, clock=self._clock)
            await self._publisher.enter_async_context(publisher)
            return
        host, port = self._address
        connection = PollerConnection if self._cloud is None else connection_of(self._kind)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: connection(self._respond, self._connections),
            host,
            port,
            ssl=self._tls,
            backlog=_BACKLOG,
        )
        self._address = self._server.sockets[0].getsockname()[:2]
        self._began_s = self._clock.monotonic()
        for terminal in self._terminals.values():
            if self._has_own_port(terminal):
                serve, tls = self._serving(terminal), self._tls_of(terminal)
                own_port = OwnPort(terminal, host=host, serve=serve, tls=tls)
                self._own_ports[terminal] = own_port
        if self._own_ports:
            await self._tend_own_ports()

    def _serving(self, terminal: SimulatedTerminal) -> Serve:
        """Return what makes a protocol for each connection to a terminal's own port."""
        socket_kind = SOCKET_KINDS.get(self._kind)
        if self._kind == NEXO:
            # Other kinds need not load the cryptography.
            from monitor.simulator.nexo_terminal import NexoTerminal  # noqa: PLC0415

            socket_kind = NexoTerminal
        if socket_kind is None:
            return partial(PollerConnection, self._respond)
        return partial(socket_kind, partial(self._document_of, terminal))

    def _tls_of(self, terminal: SimulatedTerminal) -> ssl.SSLContext | None:
        """Return what a terminal's own port speaks TLS with."""
        if self._kind != NEXO:
            return self._tls
        from monitor.simulator.nexo_terminal import authority  # noqa: PLC0415 - as above

        return authority().terminal_tls(terminal.terminal_id)

    def _has_own_port(self, terminal: SimulatedTerminal) -> bool:
        is_named = terminal.terminal_id in self._named_ports or self._kind in (*SOCKET_KINDS, NEXO)
        return is_named or any(incident.kind.needs_own_port for incident in terminal.incidents)

    async def _tend_own_ports(self) -> None:
        ports = list(self._own_ports.values())
        await settle(ports, self.elapsed_s)
        tending = tend(ports, elapsed_s=lambda: self.elapsed_s, changed=self._ports_changed)
        self._tending = asyncio.get_running_loop().create_task(tending)

    async def _close(self) -> None:
        await self._publisher.aclose()
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending
        for own_port in self._own_ports.values():
            own_port.close()
        if self._server is not None:
            self._server.close()
            for connection in list(self._connections):
                connection.abort()
            await self._server.wait_closed()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the simulation began."""
        return self._clock.monotonic() - self._began_s

    @property
    def size(self) -> int:
        """How many terminals there are."""
        return len(self._terminals)

    @property
    def kind(self) -> str:
        """How the terminals speak."""
        return self._kind

    @property
    def url(self) -> str:
        """Scheme, host and port that all terminals without a port of their own share, or of the broker."""
        if self._publishing is not None:
            return self._publishing.broker.url
        return self._url(self._address[1])

    @property
    def pattern(self) -> str:
        """The form of the terminals' endpoints, for people."""
        if self._cloud is not None:
            return f"{self.url}, as a source of kind {self._kind}"
        if self._publishing is not None:
            return f"{self.url}, where they publish {STATE}"
        if self._kind in SOCKET_KINDS:
            return f"{self._kind}://{self._host}:<a port each>"
        if self._kind == NEXO:
            return f"nexo+https://{self._host}:<a port each>/{adyen_id('<terminal_id>')}"
        return f"{self.url}/terminals/<terminal_id>/heartbeat"

    def _url(self, port: int) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{port}"

    @property
    def _host(self) -> str:
        host = self._address[0]
        return f"[{host}]" if ":" in host else host

    @property
    def inventory(self) -> list[Terminal]:
        """The inventory that matches, in order; endpoints are right while the context lasts."""
        return list(self.inventory_rows())

    def inventory_rows(self) -> Iterator[Terminal]:
        """Yield the rows of `inventory` one by one."""
        for terminal in self._terminals.values():
            yield terminal.as_inventory(endpoint=self._endpoint(terminal))

    def _endpoint(self, terminal: SimulatedTerminal) -> str:
        own_port = self._own_ports.get(terminal)
        if self._cloud is not None or self._kind == MQTT:
            return f"{self._kind}:{IDS.get(self._kind, str)(terminal.terminal_id)}"
        if own_port is not None and self._kind in SOCKET_KINDS:
            return f"{self._kind}://{self._host}:{own_port.port}"
        if own_port is not None and self._kind == NEXO:
            return f"nexo+https://{self._host}:{own_port.port}/{adyen_id(terminal.terminal_id)}"
        base = self.url if own_port is None else self._url(own_port.port)
        return f"{base}/terminals/{terminal.terminal_id}/heartbeat"

    def set_fault(self, terminal_id: str, fault_name: str, /, **parameters: object) -> None:
        """Let a fault befall the terminal from now on, beside those it has; the same name again replaces.

        Parameters are written as in a scenario file: `set_fault("10000001", "slow", delay="200ms")`.
        Raises KeyError for an unknown terminal, ValueError for an unknown fault or parameter.
        """
        terminal = self._terminal(terminal_id)
        kind = fault_named(fault_name)
        if kind.needs_own_port and terminal not in self._own_ports:
            raise ValueError(f"{terminal_id} shares its port with others: name it in own_ports")
        incident = Incident(kind=kind, parameters=kind.settings(parameters), at_s=self.elapsed_s)
        others = [other for other in terminal.incidents if other.kind is not kind]
        self._set_incidents(terminal, (*others, incident))

    def clear(self, terminal_id: str) -> None:
        """Make the terminal healthy for good: nothing set or planned befalls it any more."""
        self._set_incidents(self._terminal(terminal_id), ())

    def _set_incidents(self, terminal: SimulatedTerminal, incidents: tuple[Incident, ...]) -> None:
        terminal.incidents = tuple(sorted(incidents, key=lambda incident: rank(incident.kind)))
        own_port = self._own_ports.get(terminal)
        if own_port is not None:
            if own_port.is_refusing(self.elapsed_s):
                own_port.shut()
            self._ports_changed.set()

    def polls(self, terminal_id: str) -> int:
        """Return how many requests came for the terminal, whatever became of them."""
        return self._terminal(terminal_id).polls

    @property
    def total_polls(self) -> int:
        """Requests for all terminals together."""
        return sum(terminal.polls for terminal in self._terminals.values())

    async def polled(self, terminal_id: str, *, times: int = 1) -> None:
        """Wait until `polls(terminal_id)` has reached `times`."""
        terminal = self._terminal(terminal_id)
        while terminal.polls < times:
            polled = asyncio.Event()
            self._waiters[terminal].append(polled)
            await polled.wait()

    def _terminal(self, terminal_id: str) -> SimulatedTerminal:
        return self._terminals[terminal_id.encode()]

    def _listing(self) -> list[tuple[Document, bool, float]]:
        """Return what a vendor's cloud has of the fleet; who does not answer in full is offline to it."""
        wall, listing = self._clock.now().wall, []
        for terminal in self._terminals.values():
            answer = self._answer_of(terminal)
            listing.append((answer.document, answer.deliver is whole, wall))
        return listing

    def _respond(self, target: bytes) -> bytes | SimulatedAnswer:
        if self._cloud is not None:
            return self._cloud(target, self._listing)
        terminal = self._asked(target) or self._asked(unquote_to_bytes(target.partition(b"?")[0]))
        if terminal is None:
            return _NOT_FOUND
        answer = self._answer_of(terminal)
        if terminal.incidents:
            return answer
        body = encode(answer.document)
        return _OK % (len(body), body)

    def _document_of(self, terminal: SimulatedTerminal) -> Document:
        """Return what a terminal says now, for kinds that say it in another form."""
        return self._answer_of(terminal).document

    def _answer_of(self, terminal: SimulatedTerminal) -> SimulatedAnswer:
        """Count the question, and return the answer with all that befalls the terminal."""
        terminal.polls += 1
        if self._waiters:
            for waiter in self._waiters.pop(terminal, ()):
                waiter.set()
        now = self._clock.now()
        elapsed_s = now.monotonic - self._began_s
        document = document_at(
            terminal, elapsed_s=elapsed_s, wall=now.wall, transactions_per_day=self._transactions_per_day
        )
        return _stricken(terminal, SimulatedAnswer(document=document, deliver=whole), elapsed_s, now.wall)

    def _asked(self, target: bytes) -> SimulatedTerminal | None:
        if target.startswith(_PREFIX) and target.endswith(_SUFFIX):
            return self._terminals.get(target[len(_PREFIX) : -len(_SUFFIX)])
        return None


def _stricken(
    terminal: SimulatedTerminal, answer: SimulatedAnswer, elapsed_s: float, wall: float
) -> SimulatedAnswer:
    """Apply the terminal's incidents of that moment to `answer`."""
    for incident in terminal.incidents:
        lasted_s = incident.lasted_s(elapsed_s)
        if lasted_s is not None:
            situation = Situation(lasted_s=lasted_s, wall=wall, parameters=incident.parameters)
            incident.kind.apply(answer, situation)
    return answer
