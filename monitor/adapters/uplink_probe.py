"""Whether a well-known place takes TCP connections."""

import asyncio

DEADLINE_S = 2.0


class TcpUplinkProbe:
    """The UplinkProbe port: connects to `place` and hangs up.

    `place` is `host:port`, an IPv6 address in brackets; ValueError when it is neither. The deadline
    covers the name look-up.
    """

    def __init__(self, place: str, *, deadline_s: float = DEADLINE_S) -> None:
        host, separator, port = place.rpartition(":")
        self._host = host.removeprefix("[").removesuffix("]")
        if not (separator and self._host and port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise ValueError("not host:port")
        self._name = place
        self._port = int(port)
        self._deadline_s = deadline_s

    @property
    def name(self) -> str:
        """`host:port`, as configured."""
        return self._name

    async def reachable(self) -> bool:
        """Tell whether the place takes a connection within the deadline."""
        try:
            async with asyncio.timeout(self._deadline_s):
                _, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, UnicodeError):
            return False
        # Aborted, not closed: a reset leaves nothing waiting on either side.
        writer.transport.abort()
        return True
