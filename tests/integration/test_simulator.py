"""The simulated fleet over real sockets, asked by raw bytes and by aiohttp's client."""

import asyncio
import json
import resource
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import trustme

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.scenario_file import read_scenario
from monitor.simulator.simulated_fleet import LOOPBACK, SimulatedFleet
from tests.fakes import START, FakeClock

Start = Callable[..., Awaitable[SimulatedFleet]]
FIRST = "10000001"
PATH = f"/terminals/{FIRST}/heartbeat"


class Caller:
    """A connection of bare bytes to one endpoint."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    @classmethod
    async def connected(cls, endpoint: str) -> "Caller":
        """Connect; raises ConnectionRefusedError."""
        parts = urlsplit(endpoint)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    def send(self, text: str) -> None:
        """Send as it is."""
        self._writer.write(text.encode())

    async def answer(self) -> tuple[str, str, bytes]:
        """Return status line, headers and body of the next response with a stated length."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        status, _, headers = head.partition("\r\n")
        length = int(headers.lower().partition("content-length: ")[2].partition("\r\n")[0])
        return status, headers, await self.reader.readexactly(length)

    async def close(self) -> None:
        """Close."""
        self._writer.close()
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)


async def call(endpoint: str, *, path: str = PATH, method: str = "GET", version: str = "1.1") -> Caller:
    """Connect and send one request."""
    caller = await Caller.connected(endpoint)
    caller.send(f"{method} {path} HTTP/{version}\r\nHost: x\r\n\r\n")
    return caller


async def everything(endpoint: str, **request: str) -> bytes:
    """Send one request and return all that comes until the connection ends."""
    caller = await call(endpoint, **request)
    try:
        return await caller.reader.read()
    finally:
        await caller.close()


async def document(endpoint: str) -> dict[str, object]:
    """Return the heartbeat that aiohttp's client gets."""
    async with aiohttp.ClientSession() as session, session.get(endpoint) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        read = await response.json()
        assert isinstance(read, dict)
        return read


def first(fleet: SimulatedFleet) -> Terminal:
    """Return the fleet's first terminal."""
    return fleet.inventory[0]


async def test_every_terminal_answers_at_its_endpoint(simulated_fleet: Start) -> None:
    """The inventory's endpoints lead to terminals that say what the inventory says."""
    fleet = await simulated_fleet(terminals=20)
    for row in fleet.inventory:
        said = await document(row.endpoint)
        assert (said["terminal_id"], said["merchant_id"]) == (row.terminal_id, row.merchant_id)
        assert (said["serial_number"], said["model"]) == (row.serial_number, row.model)
        assert said["events"] == []
        assert fleet.polls(row.terminal_id) == 1
    assert (fleet.size, fleet.total_polls) == (20, 20)


async def test_answers_follow_from_seed_and_time(simulated_fleet: Start) -> None:
    """Two fleets of one seed say the same so long after their start, whatever was asked before."""
    one, other = FakeClock(START), FakeClock(START._replace(monotonic=7.0))
    fleets = [await simulated_fleet(clock=clock, seed=5) for clock in (one, other)]
    one.turn(500)
    await document(first(fleets[0]).endpoint)
    one.turn(500)
    other.turn(1000)
    said = [await document(first(fleet).endpoint) for fleet in fleets]
    assert said[0] == said[1]


async def test_one_connection_serves_many_requests(simulated_fleet: Start) -> None:
    """A connection is kept, also when requests come in a bunch, and answers keep their order."""
    fleet = await simulated_fleet(terminals=9)
    caller = await call(first(fleet).endpoint)
    caller.send("".join(f"GET {PATH[:-11]}{n}/heartbeat HTTP/1.1\r\nHost: x\r\n\r\n" for n in range(2, 9)))
    ids = [json.loads((await caller.answer())[2])["terminal_id"] for _ in range(8)]
    assert ids == [f"1000000{n}" for n in range(1, 9)]
    await caller.close()


async def test_a_late_answer_holds_back_the_requests_behind_it(simulated_fleet: Start) -> None:
    """Requests sent meanwhile wait their turn."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "slow", delay="50ms")
    caller = await call(first(fleet).endpoint)
    caller.send("GET /terminals/10000002/heartbeat HTTP/1.1\r\nHost: x\r\n\r\n")
    ids = [json.loads((await caller.answer())[2])["terminal_id"] for _ in range(2)]
    assert ids == ["10000001", "10000002"]
    await caller.close()


async def test_a_request_may_arrive_byte_by_byte(simulated_fleet: Start) -> None:
    """Where the network cuts a request makes no difference."""
    fleet = await simulated_fleet()
    caller = await Caller.connected(first(fleet).endpoint)
    for character in f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n":
        caller.send(character)
        await asyncio.sleep(0)  # noqa: TID251 -- a turn of the loop, so that the bytes leave singly
    assert (await caller.answer())[0] == "HTTP/1.1 200 OK"
    await caller.close()


CLOSING = [
    ("the poller asks for it", "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    ("the poller speaks HTTP/1.0", "GET {} HTTP/1.0\r\n\r\n"),
]


@pytest.mark.parametrize("request_text", [c[1] for c in CLOSING], ids=[c[0] for c in CLOSING])
async def test_a_connection_is_closed_when(request_text: str, simulated_fleet: Start) -> None:
    """The answer is whole and says that it closes."""
    fleet = await simulated_fleet()
    caller = await Caller.connected(first(fleet).endpoint)
    caller.send(request_text.format(PATH))
    _, headers, body = await caller.answer()
    assert "Connection: close" in headers
    assert json.loads(body)["terminal_id"] == FIRST
    assert await caller.reader.read() == b""
    await caller.close()


PATHS = [
    ("the terminal's own", PATH, "200 OK"),
    ("with a query", f"{PATH}?a=b", "200 OK"),
    ("percent-encoded", "/terminals/%31000000%31/heartbeat", "200 OK"),
    ("an unknown terminal's", "/terminals/10000099/heartbeat", "404 Not Found"),
    ("another path", "/", "404 Not Found"),
    ("a terminal without heartbeat", "/terminals/10000001", "404 Not Found"),
    ("nonsense", "/terminals/%ff%00/heartbeat", "404 Not Found"),
]


@pytest.mark.parametrize(("path", "status"), [p[1:] for p in PATHS], ids=[p[0] for p in PATHS])
async def test_path(path: str, status: str, simulated_fleet: Start) -> None:
    """Only a terminal's path is answered with a heartbeat."""
    fleet = await simulated_fleet()
    caller = await call(first(fleet).endpoint, path=path)
    assert (await caller.answer())[0] == f"HTTP/1.1 {status}"
    await caller.close()


REQUESTS = [
    ("another method", f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", "405"),
    ("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "400"),
    ("an endless target", f"GET /{'x' * 10_000}", "400"),
]


@pytest.mark.parametrize(("sent", "status"), [r[1:] for r in REQUESTS], ids=[r[0] for r in REQUESTS])
async def test_a_request_that_is_none_is_refused(sent: str, status: str, simulated_fleet: Start) -> None:
    """The server says what is wrong, and goes on serving others."""
    fleet = await simulated_fleet()
    caller = await Caller.connected(first(fleet).endpoint)
    caller.send(sent)
    assert (await caller.answer())[0].startswith(f"HTTP/1.1 {status}")
    await caller.close()
    assert await document(first(fleet).endpoint)


async def test_a_fault_comes_and_goes(simulated_fleet: Start) -> None:
    """What is set shows in the next answer, a second fault beside it, and clearing ends both."""
    fleet = await simulated_fleet()
    endpoint = first(fleet).endpoint
    before = await document(endpoint)
    fleet.set_fault(FIRST, "paper_out")
    fleet.set_fault(FIRST, "tampered")
    stricken = await document(endpoint)
    fleet.clear(FIRST)
    after = await document(endpoint)
    assert (stricken["printer"], stricken["pin_pad"]) == ({"status": "paper_out"}, {"status": "tampered"})
    assert before["printer"] == after["printer"] == {"status": "ok"}
    assert fleet.polls(FIRST) == 3


async def test_the_same_fault_set_again_replaces_the_first(simulated_fleet: Start) -> None:
    """Its parameters are those given last."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "weak_signal", dbm=-120)
    fleet.set_fault(FIRST, "weak_signal", dbm=-90)
    network = (await document(first(fleet).endpoint))["network"]
    assert isinstance(network, dict)
    assert network["signal_dbm"] == -90
    fleet.set_fault(FIRST, "slow", delay="1h")
    fleet.set_fault(FIRST, "slow", delay="0s")
    assert await document(first(fleet).endpoint)


async def test_setting_what_cannot_be_is_refused(simulated_fleet: Start) -> None:
    """Unknown terminals and faults, and refusing connections on a shared port, are the caller's errors."""
    fleet = await simulated_fleet()
    with pytest.raises(KeyError):
        fleet.set_fault("99", "hang")
    with pytest.raises(ValueError, match="did you mean 'hang'"):
        fleet.set_fault(FIRST, "hangs")
    with pytest.raises(ValueError, match="own_ports"):
        fleet.set_fault(FIRST, "refused")
    with pytest.raises(ValueError, match="99"):
        SimulatedFleet(clock=FakeClock(), own_ports=["99"])


async def test_too_many_requests_behind_one_unanswered_end_the_connection(simulated_fleet: Start) -> None:
    """A poller cannot pile up requests without end."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "hang")
    caller = await Caller.connected(first(fleet).endpoint)
    caller.send(f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
    assert await caller.reader.read() == b""
    await caller.close()


async def test_polled_waits_for_a_number_of_polls(simulated_fleet: Start) -> None:
    """It returns when that many requests have come, and at once when they already have."""
    fleet = await simulated_fleet()
    waiting = asyncio.gather(fleet.polled(FIRST, times=2), fleet.polled(FIRST))
    for _ in range(2):
        assert not waiting.done()
        await document(first(fleet).endpoint)
    await waiting
    await fleet.polled(FIRST, times=2)


async def test_an_incident_keeps_to_its_times(simulated_fleet: Start) -> None:
    """It begins, ends and begins again by the simulation's clock."""
    clock = FakeClock()
    scenario = read_scenario(
        "incidents: [{fault: status_500, fraction: 1, at: 10s, for: 5s, every: 60s}]", source="x"
    )
    fleet = await simulated_fleet(clock=clock, scenario=scenario, terminals=1)
    seen = []
    for _ in range(15):
        seen.append((await everything(first(fleet).endpoint, version="1.0"))[9:12])
        clock.turn(5)
    assert [n * 5 for n, status in enumerate(seen) if status == b"500"] == [10, 70]


async def test_an_incident_grows_from_when_it_began(simulated_fleet: Start) -> None:
    """A fault that grows starts from nothing at its own beginning, not at the simulation's."""
    clock = FakeClock()
    scenario = read_scenario("incidents: [{fault: restarts, count: 1, at: 100s, interval: 1h}]", source="x")
    fleet = await simulated_fleet(clock=clock, scenario=scenario, terminals=1)
    clock.turn(130)
    assert (await document(first(fleet).endpoint))["uptime_seconds"] == 30


async def test_offline_closes_without_a_word(simulated_fleet: Start) -> None:
    """The connection ends in order and nothing came."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "offline")
    assert await everything(first(fleet).endpoint) == b""


async def test_reset_drops_the_connection_hard(simulated_fleet: Start) -> None:
    """The poller's system reports a reset."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "reset")
    with pytest.raises(ConnectionResetError):
        await everything(first(fleet).endpoint)


async def test_hang_takes_the_request_and_says_nothing(simulated_fleet: Start) -> None:
    """The request is counted, the connection stays open, and others are served meanwhile."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "hang")
    caller = await call(first(fleet).endpoint)
    await fleet.polled(FIRST)
    assert await document(fleet.inventory[1].endpoint)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(caller.reader.read(1), 0.05)
    await caller.close()


async def test_drip_arrives_whole_in_the_end(simulated_fleet: Start) -> None:
    """One byte after the other makes a response."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "status_404")
    fleet.set_fault(FIRST, "drip", interval="1ms")
    assert (await everything(first(fleet).endpoint, version="1.0")).endswith(b"Not Found")


async def test_chunked_and_truncated_are_what_a_client_takes_them_for(simulated_fleet: Start) -> None:
    """Aiohttp's client reads the first and complains of the second."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, "chunked")
    assert (await document(first(fleet).endpoint))["terminal_id"] == FIRST
    fleet.set_fault(FIRST, "truncated")
    with pytest.raises(aiohttp.ClientPayloadError):
        await document(first(fleet).endpoint)


@pytest.mark.parametrize("fault", ["huge_body", "endless_headers"])
async def test_a_flood_waits_for_its_reader(fault: str, simulated_fleet: Start) -> None:
    """Many megabytes come if they are read; unread ones are not gathered, and others are served."""
    fleet = await simulated_fleet()
    fleet.set_fault(FIRST, fault)
    caller = await call(first(fleet).endpoint)
    read = 0
    while read < 20_000_000:
        read += len(await caller.reader.read(1_000_000))
    while unsent(fleet) == 0:
        assert await document(fleet.inventory[1].endpoint)
    for _ in range(50):
        assert await document(fleet.inventory[1].endpoint)
    assert unsent(fleet) < 1_000_000
    await caller.close()


def unsent(fleet: SimulatedFleet) -> int:
    """Return how many bytes wait in this process to be read by somebody."""
    return sum(connection._transport.get_write_buffer_size() for connection in fleet._connections)


async def test_a_terminal_refuses_connections_at_its_own_port(simulated_fleet: Start) -> None:
    """Its port is another than the fleet's, closes while the fault lasts, and is the same afterwards."""
    fleet = await simulated_fleet(own_ports=[FIRST])
    own, shared = first(fleet).endpoint, fleet.inventory[1].endpoint
    assert urlsplit(own).port != urlsplit(shared).port
    kept = await call(own)
    await kept.answer()
    fleet.set_fault(FIRST, "refused")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, urlsplit(own).port or 0)).close()
    assert await kept.reader.read() == b""
    await kept.close()
    with pytest.raises(ConnectionRefusedError):
        await Caller.connected(own)
    assert await document(shared)
    fleet.clear(FIRST)
    assert (await eventually(own))["terminal_id"] == FIRST


async def eventually(endpoint: str) -> dict[str, object]:
    """Return the heartbeat once the port is open."""
    while True:
        try:
            return await document(endpoint)
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0)  # noqa: TID251 -- the port opens in a turn of this very loop


async def test_a_planned_refusal_comes_and_goes(simulated_fleet: Start) -> None:
    """The scenario gives the terminal its port, and shuts and opens it in time."""
    scenario = read_scenario(f"incidents: [{{fault: refused, ids: [{FIRST}], for: 200ms}}]", source="x")
    fleet = await simulated_fleet(scenario=scenario)
    with pytest.raises(ConnectionRefusedError):
        await Caller.connected(first(fleet).endpoint)
    assert await eventually(first(fleet).endpoint)


async def test_a_planned_refusal_begins_later(simulated_fleet: Start) -> None:
    """Until then the terminal answers; then its connections end and no new one is taken."""
    scenario = read_scenario(f"incidents: [{{fault: refused, ids: [{FIRST}], at: 300ms}}]", source="x")
    fleet = await simulated_fleet(scenario=scenario)
    kept = await call(first(fleet).endpoint)
    assert (await kept.answer())[0] == "HTTP/1.1 200 OK"
    assert await kept.reader.read() == b""
    await kept.close()
    with pytest.raises(ConnectionRefusedError):
        await Caller.connected(first(fleet).endpoint)


async def test_a_fleet_can_serve_https(simulated_fleet: Start) -> None:
    """With a certificate the endpoints are https, and faults of the wire work under TLS too."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    fleet = await simulated_fleet(tls=tls)
    endpoint = first(fleet).endpoint
    assert endpoint.startswith("https://")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session:
        async with session.get(endpoint) as response:
            assert (await response.json())["terminal_id"] == FIRST
        fleet.set_fault(FIRST, "reset")
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(endpoint)


async def test_a_fleet_answers_over_ipv6(simulated_fleet: Start) -> None:
    """The other loopback address works too, also for a port of one's own."""
    fleet = await simulated_fleet(host="::1", own_ports=[FIRST])
    assert {urlsplit(row.endpoint).hostname for row in fleet.inventory} == {"::1"}
    assert await document(first(fleet).endpoint)
    assert await document(fleet.inventory[1].endpoint)


def test_a_fleet_listens_on_loopback_only() -> None:
    """Any other interface is refused before anything listens."""
    with pytest.raises(ValueError, match="not loopback"):
        SimulatedFleet(clock=FakeClock(), host="0.0.0.0")  # noqa: S104 -- that it is refused is the point


def test_sites_of_a_scenario_and_a_number_exclude_each_other() -> None:
    """Both would say how many terminals there are."""
    scenario = read_scenario("sites: [{name: A, terminals: 3}]", source="x")
    assert SimulatedFleet(clock=FakeClock(), scenario=scenario).size == 3
    with pytest.raises(ValueError, match="lists its sites"):
        SimulatedFleet(clock=FakeClock(), scenario=scenario, terminals=3)


async def test_leaving_closes_everything() -> None:
    """Afterwards no connection is open and nobody listens, at shared and own ports."""
    async with SimulatedFleet(clock=FakeClock(), own_ports=[FIRST]) as fleet:
        endpoints = [row.endpoint for row in fleet.inventory[:2]]
        fleet.set_fault("10000002", "hang")
        callers = [await call(endpoints[0]), await call(endpoints[1], path="/terminals/10000002/heartbeat")]
        await fleet.polled("10000002")
        await callers[0].answer()
    for endpoint, caller in zip(endpoints, callers, strict=True):
        await asyncio.gather(caller.reader.read(), return_exceptions=True)
        assert caller.reader.at_eof() or caller.reader.exception()
        await caller.close()
        with pytest.raises(ConnectionRefusedError):
            await Caller.connected(endpoint)


async def test_time_begins_when_the_fleet_does() -> None:
    """Incidents count from when terminals answer, not from when they were thought up."""
    clock = FakeClock()
    fleet = SimulatedFleet(clock=clock)
    clock.turn(100)
    async with fleet:
        clock.turn(7)
        assert fleet.elapsed_s == 7


@contextmanager
def few_descriptors() -> Iterator[None]:
    """Leave this process only a handful of file descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    in_use = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (in_use + 4, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_start_that_fails_leaves_nothing_open() -> None:
    """Out of file descriptors half way, what was opened is closed again."""
    fleet = SimulatedFleet(clock=FakeClock(), own_ports=[f"100000{n:02}" for n in range(1, 11)])
    with few_descriptors(), pytest.raises(OSError, match="Too many open files"):
        await fleet.__aenter__()
    assert urlsplit(fleet.url).port
    with pytest.raises(ConnectionRefusedError):
        await Caller.connected(fleet.url)


async def test_a_port_in_use_is_reported_and_leaves_nothing(simulated_fleet: Start) -> None:
    """Starting fails with the system's error."""
    fleet = await simulated_fleet()
    port = urlsplit(fleet.url).port
    with pytest.raises(OSError, match="in use"):
        async with SimulatedFleet(clock=FakeClock(), port=port or 0):
            pass
