"""ZVT terminals at one port of loopback: each connection is one terminal, ready and with a printer."""

import asyncio
import signal
import sys
from typing import cast

import uvloop

ENQUIRY, ACKNOWLEDGEMENT = b"\x05\x01", b"\x80\x00\x00"
_COMPLETION = b"\x06\x0f\x0c" + b"\xf0\xf0\xf8GER-1.02" + b"\x00"


class ZvtConnection(asyncio.Protocol):
    """Acknowledges the enquiry and completes it at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer the enquiry; an acknowledgement needs no answer."""
        if data.startswith(ENQUIRY):
            self._transport.write(ACKNOWLEDGEMENT + _COMPLETION)


async def _serve(port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await loop.create_server(ZvtConnection, "127.0.0.1", port, backlog=4096)
    print("listening", flush=True)
    await stopped.wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
