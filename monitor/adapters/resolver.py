"""Turning host names into addresses without ever holding up those who need no name.

`getaddrinfo` blocks for as long as name servers please, so it runs in a few threads of its own. They
are daemons: unlike the threads of `concurrent.futures`, one that hangs does not keep posmon from exiting.
"""

import asyncio
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from monitor.ports.clock import Clock

Lookup = Callable[[str], Sequence[str]]
"""From a host name to its addresses, best first. Blocks; raises OSError or UnicodeError."""

_PRUNE_ABOVE = 1024


class Resolution(NamedTuple):
    """What a name came to: addresses, best first, or else a phrase that says why there are none."""

    addresses: tuple[str, ...]
    failure: str = ""


class _Entry(NamedTuple):
    resolution: Resolution
    expires_at: float


def system_lookup(host: str) -> Sequence[str]:
    """Ask the system (hosts file, DNS), in the order it recommends (RFC 6724)."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class ThreadedResolver:
    """Looks names up, one look-up per name at a time, and remembers results for a short while.

    At most `threads` look-ups run at once; the rest wait in line, and leave it when nobody waits for
    them any more, so the line is never longer than the polls under way. Belongs to the event loop it
    was made in. An async context manager; leaving it waits for nothing.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        lookup: Lookup = system_lookup,
        threads: int = 8,
        keep_s: float = 60.0,
        keep_failure_s: float = 5.0,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._lookup = lookup
        self._max_threads = threads
        self._keep_s = keep_s
        self._keep_failure_s = keep_failure_s
        self._known: dict[str, _Entry] = {}
        self._waiting: dict[str, set[asyncio.Future[Resolution]]] = {}
        self._line: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads = 0
        self._prune_above = _PRUNE_ABOVE

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for _ in range(self._threads):
            self._line.put(None)

    async def resolve(self, host: str) -> Resolution:
        """Return the addresses of `host`; a failure is a result. Cancel freely."""
        known = self._known.get(host)
        if known is not None and known.expires_at > self._clock.monotonic():
            return known.resolution
        waiter: asyncio.Future[Resolution] = self._loop.create_future()
        waiters = self._waiting.get(host)
        if waiters is None:
            # The line is read by threads: whoever finds a name there must find its waiter too.
            waiters = self._waiting[host] = {waiter}
            self._enqueue(host)
        waiters.add(waiter)
        try:
            return await waiter
        finally:
            waiters.discard(waiter)

    def _enqueue(self, host: str) -> None:
        self._line.put(host)
        if self._threads < min(self._max_threads, len(self._waiting)):
            threading.Thread(target=self._work, name=f"resolver-{self._threads}", daemon=True).start()
            self._threads += 1

    def _work(self) -> None:
        """Serve the line; runs in a thread and touches nothing of the loop's but by handing over."""
        while (host := self._line.get()) is not None:
            resolution = self._look_up(host) if self._waiting.get(host) else None
            try:
                self._loop.call_soon_threadsafe(self._settle, host, resolution)
            except RuntimeError:  # the loop is closed, and nobody waits
                return

    def _look_up(self, host: str) -> Resolution:
        try:
            addresses = tuple(dict.fromkeys(self._lookup(host)))
        except socket.gaierror as error:
            return Resolution((), _GAIERRORS.get(error.errno or 0, "look-up failed"))
        except (OSError, UnicodeError):
            return Resolution((), "look-up failed")
        return Resolution(addresses, "" if addresses else "name has no address")

    def _settle(self, host: str, resolution: Resolution | None) -> None:
        waiters = self._waiting[host]
        if resolution is None and waiters:  # somebody came after the thread had looked
            self._line.put(host)
            return
        del self._waiting[host]
        if resolution is None:
            return
        self._remember(host, resolution)
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(resolution)

    def _remember(self, host: str, resolution: Resolution) -> None:
        now = self._clock.monotonic()
        if len(self._known) > self._prune_above:
            self._known = {name: entry for name, entry in self._known.items() if entry.expires_at > now}
            self._prune_above = max(_PRUNE_ABOVE, 2 * len(self._known))
        keep_s = self._keep_s if resolution.addresses else self._keep_failure_s
        self._known[host] = _Entry(resolution, now + keep_s)


_GAIERRORS = {
    socket.EAI_NONAME: "name does not exist",
    socket.EAI_NODATA: "name has no address",
    socket.EAI_AGAIN: "no name server answers",
    socket.EAI_FAIL: "name server failed",
    socket.EAI_MEMORY: "out of memory",
}
