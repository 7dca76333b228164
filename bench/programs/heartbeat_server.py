"""The fleet: a process that answers heartbeats at the least cost, so that the asking side is measured.

With the argument COUNT, it prints its ports as one JSON object: `kept` keeps connections, `closed` ends each
after one answer. `/hang/...` is never answered. `/count` tells the answers so far, `/unheard` how many
terminals nobody has asked.
"""

import asyncio
import json
import signal
import socket
import sys
import time
from functools import partial
from typing import cast

import uvloop

from bench import fleet

REFRESH_S = 1.0


def document(index: int) -> dict[str, object]:
    """Return the heartbeat of terminal `index`, but for what changes with time."""
    return {
        "terminal_id": fleet.terminal_id(index),
        "merchant_id": "898310148160568",
        "serial_number": f"N910-{index:08}",
        "vendor": "newland",
        "model": "N910",
        "firmware_version": "3.2.1",
        "app_version": "5.1.0",
        "activity": "idle",
        "battery": {"percent": 87, "charging": False},
        "printer": {"status": "ok"},
        "registration": {"status": "registered", "signed_in_at": "2026-01-01T00:10:00Z"},
        "pin_pad": {"status": "ok"},
        "card_reader": {"status": "ok"},
        "display": {"status": "ok"},
        "network": {"type": "cellular", "signal_dbm": -71, "host_reachable": True},
        "unsent_transactions": 0,
        "events": [],
    }


def tail(started: float) -> bytes:
    """Return the end of every document, the part that changes with time; its length never does."""
    sent_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    uptime_s = 1_000_000 + int(time.perf_counter() - started)
    return f',"sent_at":"{sent_at}","uptime_seconds":{uptime_s}}}'.encode()


class Fleet:
    """Every answer, ready but for the time, and how many were given on each port."""

    def __init__(self, count: int) -> None:
        self._started = time.perf_counter()
        self.tail = tail(self._started)
        self.rests = {fleet.path(index).encode(): self._rest(index) for index in range(count)}
        self.unheard = set(self.rests)
        self.answers = {"kept": 0, "closed": 0}

    def _rest(self, index: int) -> bytes:
        body = json.dumps(document(index), separators=(",", ":")).encode()[:-1]
        return b"Content-Length: %d\r\n\r\n%s" % (len(body) + len(self.tail), body)

    def refresh(self) -> None:
        """Bring the time in all answers up to date, for good."""
        self.tail = tail(self._started)
        asyncio.get_running_loop().call_later(REFRESH_S, self.refresh)


class Terminal(asyncio.Protocol):
    """One connection. A request is taken to arrive whole, and only its first line is read."""

    def __init__(self, served: Fleet, port: str) -> None:
        self._fleet = served
        self._port = port
        self._opening = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        if port == "closed":
            self._opening += b"Connection: close\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer, or not."""
        target = data.split(b" ", 2)[1]
        rest = self._fleet.rests.get(target)
        if rest is not None:
            self._fleet.answers[self._port] += 1
            self._fleet.unheard.discard(target)
            self._transport.write(b"".join((self._opening, rest, self._fleet.tail)))
            if self._port == "closed":
                self._transport.close()
        elif target == b"/count":
            self._tell(json.dumps(self._fleet.answers).encode())
        elif target == b"/unheard":
            self._tell(b"%d" % len(self._fleet.unheard))

    def _tell(self, body: bytes) -> None:
        self._transport.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        self._transport.close()


def _loopback_socket() -> socket.socket:
    """Return a socket that listens on all of 127.0.0.0/8 and on no other interface."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("0.0.0.0", 0))  # noqa: S104 - bound to the loopback interface above
    return listening


async def _serve(count: int) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    served = Fleet(count)
    served.refresh()
    ports = {}
    for name in served.answers:
        listening = _loopback_socket()
        ports[name] = listening.getsockname()[1]
        await loop.create_server(partial(Terminal, served, name), sock=listening, backlog=4096)
    print(json.dumps(ports), flush=True)
    await stopped.wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
