"""Simulated terminals that publish their state to an MQTT broker, a connection and a last will each.

A connection has one last will, so terminals that are told apart by it do not share one. A terminal that a
scenario lets hang or refuse loses its connection, and the broker publishes its will.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from msgspec import json

from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.ports.clock import Clock
from monitor.simulator.document import Document
from monitor.simulator.listing import Listing
from monitor.simulator.mqtt_packets import ACCEPTED, connect, publish, publish_twice

PORT = 1883
STATE, AVAILABILITY = "pos/{id}/state", "pos/{id}/online"
ONLINE, OFFLINE = "1", "0"
"""Topics and words of the example in docs/sources.md."""

PAPER = {PrinterStatus.OK: "ok", PrinterStatus.PAPER_LOW: "low", PrinterStatus.PAPER_OUT: "none"}
"""Words of the same example; any other status is `fault`."""

_ANSWER_S = 5.0
_AT_ONCE = 100
"""Connections that are opened, and states that are published, before others have their turn."""

_HIGHEST_NUMBER = 65_535
_MOST_UNSENT = 64 * 1024


class BrokerAddress(NamedTuple):
    """Where a broker listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as `sources` writes it."""
        return f"mqtt://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


class Publishing(NamedTuple):
    """How a fleet publishes: every `interval_s`, `retain`ed by the broker, each state twice."""

    broker: BrokerAddress
    interval_s: float = 5.0
    retain: bool = False
    twice: bool = False


class BrokerAway(Exception):
    """No connection to the broker; `str()` says why."""


def read_broker(written: str) -> BrokerAddress:
    """Return the address of `mqtt://127.0.0.1:1883`; ValueError with the reason."""
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise ValueError("is no URL; write mqtt://HOST:PORT") from None
    if parts.scheme != "mqtt" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write mqtt://HOST:PORT")
    if parts.username is not None or parts.password is not None:
        raise ValueError("simulated terminals log in to no broker: give them one of their own")
    return BrokerAddress(parts.hostname, PORT if port is None else port)


class Publisher:
    """Publishes what `list_fleet` returns, again and again, while the context lasts.

    The context begins when the broker has taken a first message of each terminal that is online; it raises
    BrokerAway when that cannot be. A broker that goes away later is tried again at every interval. When the
    context ends, the broker publishes all last wills.
    """

    def __init__(self, *, publishing: Publishing, list_fleet: Callable[[], Listing], clock: Clock) -> None:
        self._publishing = publishing
        self._list_fleet = list_fleet
        self._clock = clock
        self._connections: dict[str, _TerminalConnection] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._publish_all()
        except BaseException:
            self._hang_up()
            raise
        self._task = asyncio.get_running_loop().create_task(self._keep_publishing())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        assert self._task is not None  # noqa: S101 - tells mypy: the context has begun
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._hang_up()

    def _hang_up(self) -> None:
        for connection in self._connections.values():
            connection.lose()

    async def _keep_publishing(self) -> None:
        while True:
            await self._clock.sleep(self._publishing.interval_s)
            with contextlib.suppress(BrokerAway):
                await self._publish_all()

    async def _publish_all(self) -> None:
        listing = self._list_fleet()
        for begin in range(0, len(listing), _AT_ONCE):
            await self._publish_some(listing[begin : begin + _AT_ONCE])

    async def _publish_some(self, listing: Listing) -> None:
        online = [(document, seen) for document, is_online, seen in listing if is_online]
        for document, is_online, _ in listing:
            known = self._connections.get(document.terminal_id)
            if known is not None and not is_online:
                known.lose()
        await self._connect([document.terminal_id for document, _ in online])
        for document, seen in online:
            self._connections[document.terminal_id].publish(state_of(document, seen))
        await self._clock.sleep(0)

    async def _connect(self, terminals: Sequence[str]) -> None:
        """Open the connections that these terminals lack."""
        lacking = [one for one in terminals if one not in self._connections or self._connections[one].is_lost]
        opened = await asyncio.gather(*map(self._opened, lacking), return_exceptions=True)
        for terminal, result in zip(lacking, opened, strict=True):
            if isinstance(result, BaseException):
                raise BrokerAway(_reason(result)) from result
            self._connections[terminal] = result

    async def _opened(self, terminal: str) -> "_TerminalConnection":
        broker = self._publishing.broker
        async with asyncio.timeout(_ANSWER_S):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: _TerminalConnection(terminal, self._publishing), broker.host, broker.port
            )
            try:
                await connection.accepted
            except BaseException:
                connection.lose()
                raise
        return connection


class _TerminalConnection(asyncio.Protocol):
    """One terminal's connection; `accepted` is done when the broker has taken it."""

    _transport: asyncio.Transport

    def __init__(self, terminal: str, publishing: Publishing) -> None:
        self._terminal = terminal
        self._publishing = publishing
        self._received = b""
        self._number = 0
        self.is_lost = False
        self.accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        topic = AVAILABILITY.format(id=self._terminal)
        packet = connect(f"simulated-{self._terminal}", will_topic=topic, will=OFFLINE)
        self._transport.write(packet + publish(topic, ONLINE.encode(), retain=True))

    def data_received(self, data: bytes) -> None:
        if self.accepted.done():
            return  # acknowledgements of QoS 1: what was lost comes again with the next state
        self._received += data
        if self._received.startswith(ACCEPTED):
            self.accepted.set_result(None)
        elif len(self._received) >= len(ACCEPTED):
            self.accepted.set_exception(BrokerAway("the broker refuses clients that do not log in"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        if not self.accepted.done():
            self.accepted.set_exception(exc or BrokerAway("the broker closed the connection"))

    def publish(self, state: bytes) -> None:
        """Send a state; one is left out where the broker takes none."""
        if self.is_lost or self._transport.get_write_buffer_size() > _MOST_UNSENT:
            return
        topic, retain = STATE.format(id=self._terminal), self._publishing.retain
        if self._publishing.twice:
            self._number = self._number % _HIGHEST_NUMBER + 1
            self._transport.write(publish_twice(topic, state, number=self._number, retain=retain))
        else:
            self._transport.write(publish(topic, state, retain=retain))

    def lose(self) -> None:
        """Break the connection without taking leave, as a power cut does."""
        self.is_lost = True
        self._transport.abort()


def state_of(document: Document, seen: float) -> bytes:
    """Return the message of a terminal, as an agent beside it would put it."""
    battery = {} if document.battery is None else {"battery": round(document.battery.percent, 1)}
    return json.encode(
        {
            "at": round(seen, 3),
            **battery,
            "paper": PAPER.get(document.printer.status, "fault"),
            "fw": document.firmware_version,
            "model": document.model,
            "serial": document.serial_number,
        }
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return "its name has no address" if isinstance(error, OSError) else str(error)
