"""A name server on loopback whose zones are in every state a zone can be in (RFC 1035, section 4)."""

import asyncio
import os
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

PORT = 53
A_RECORD = 1
SERVFAIL, NXDOMAIN = 2, 3
TTL_S = 1

ADDRESSES = {"works": "127.0.0.1", "rebinds": "169.254.169.254", "empty": ""}
"""Zones with the address of all their names."""


class NameServer(asyncio.DatagramProtocol):
    """Answers by the last but one label of a name: `7.hangs.test` never, `7.broken.test` with SERVFAIL.

    `asked` counts questions by that label.
    """

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Keep the way to answer."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a question, or not."""
        labels, end = _labels(data)
        zone = labels[-2] if len(labels) > 1 else ""
        self.asked[zone] = self.asked.get(zone, 0) + 1
        if zone == "hangs":
            return
        question, kind = data[12:end], int.from_bytes(data[end - 4 : end - 2])
        if zone == "garbage":
            self._transport.sendto(data[:2] + b"\x81\x80" + b"\xff" * 200, addr)
        elif zone in ADDRESSES:
            address = ADDRESSES[zone] if kind == A_RECORD else ""
            self._transport.sendto(_answer(data, question, 0, address), addr)
        else:
            self._transport.sendto(
                _answer(data, question, SERVFAIL if zone == "broken" else NXDOMAIN, ""), addr
            )


def _labels(data: bytes) -> tuple[list[str], int]:
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1 : at + 1 + data[at]].decode())
        at += 1 + data[at]
    return labels, at + 5


def _answer(asked: bytes, question: bytes, code: int, address: str) -> bytes:
    record = b""
    if address:
        record = b"\xc0\x0c" + struct.pack(">HHIH", A_RECORD, 1, TTL_S, 4) + socket.inet_aton(address)
    return asked[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, bool(record), 0, 0) + question + record


@asynccontextmanager
async def name_server() -> AsyncIterator[tuple[NameServer, str]]:
    """Serve at an address of loopback of this process's own; skipped where port 53 is not to be had."""
    pid = os.getpid()
    address = f"127.53.{pid >> 8 & 255}.{pid & 255 or 1}"
    loop = asyncio.get_running_loop()
    try:
        transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=(address, PORT))
    except PermissionError:
        pytest.skip("port 53 needs a privilege")
    try:
        yield server, address
    finally:
        transport.close()


def asking(address: str, folder: Path) -> Sequence[str]:
    """Return the command under which a process asks that name server, in a mount namespace of its own."""
    places = {
        "resolv.conf": f"nameserver {address}\noptions timeout:1 attempts:1\n",
        "nsswitch.conf": "hosts: files dns\n",
    }
    script = []
    for name, text in places.items():
        (folder / name).write_text(text)
        script.append(f"mount --bind '{folder / name}' /etc/{name}")
    within = ["unshare", "--mount", "sh", "-ec", "\n".join([*script, 'exec "$@"']), "sh"]
    if subprocess.run([*within, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no mount namespace is to be had here")
    return within
