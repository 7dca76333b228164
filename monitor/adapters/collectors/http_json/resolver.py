"""Turning host names into addresses without ever holding up those who need no name.

`getaddrinfo` blocks for as long as name servers please, so it runs in a few threads of its own. They
are daemons: unlike the threads of `concurrent.futures`, one that hangs does not keep posmon from exiting.
"""

import asyncio
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, Self

from monitor.ports.clock import Clock

Lookup = Callable[[str], Sequence[str]]
"""From a host name to its addresses, best first. Blocks; raises OSError or UnicodeError."""

SLOW_S = 1.0
"""A name that took longer queues apart the next time: its name servers may be out of order."""

_PRUNE_ABOVE = 1024


class Resolution(NamedTuple):
    """What a name came to: addresses, best first, or else a phrase that says why there are none."""

    addresses: tuple[str, ...]
    failure: str = ""


class _Entry(NamedTuple):
    resolution: Resolution
    expires_at: float
    was_slow: bool


class _Line:
    """Names waiting to be looked up, and the threads that do it; `pending` counts those not settled."""

    def __init__(self, name: str, *, max_threads: int, work: Callable[["_Line"], None]) -> None:
        self.names: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.pending = 0
        self.threads = 0
        self._name = name
        self._max_threads = max_threads
        self._work = work

    def put(self, host: str) -> None:
        """Add a name, and a thread if there are too few."""
        self.pending += 1
        self.names.put(host)
        if self.threads < min(self._max_threads, self.pending):
            name = f"{self._name}-{self.threads}"
            threading.Thread(target=self._work, args=[self], name=name, daemon=True).start()
            self.threads += 1

    def close(self) -> None:
        """Let the threads end once they have nothing to do."""
        for _ in range(self.threads):
            self.names.put(None)


def system_lookup(host: str) -> Sequence[str]:
    """Ask the system (hosts file, DNS), in the order it recommends (RFC 6724)."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class ThreadedResolver:
    """Looks names up, one look-up per name at a time, and remembers results for a short while.

    At most `threads` look-ups run at once; the rest wait in line, and leave it when no poll waits for them
    any more, so the line is never longer than the polls under way. Names that were slow the last time, and
    those of the zone that a slow name is in, have a line of their own, with a quarter as many threads, so
    that a zone whose name servers hang does not hold up the others. Belongs to the event loop it was made in.
    An async context manager; leaving it waits for nothing.
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
        self._keep_s = keep_s
        self._keep_failure_s = keep_failure_s
        self._known: dict[str, _Entry] = {}
        self._waiting: dict[str, set[asyncio.Future[Resolution]]] = {}
        self._line = _Line("resolver", max_threads=threads, work=self._serve)
        self._slow_line = _Line("slow-resolver", max_threads=max(1, threads // 4), work=self._serve)
        self._prune_above = _PRUNE_ABOVE
        self._slow_zones: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._line.close()
        self._slow_line.close()

    async def resolve(self, host: str) -> Resolution:
        """Return the addresses of `host`; a failure is a result. Cancel freely."""
        known = self._known.get(host)
        if known is not None and known.expires_at > self._clock.monotonic():
            return known.resolution
        waiter: asyncio.Future[Resolution] = self._loop.create_future()
        waiters = self._waiting.get(host)
        if waiters is None:
            # Threads read the line: a thread that finds a name there must find its waiter too.
            waiters = self._waiting[host] = {waiter}
            self._enqueue(host)
        waiters.add(waiter)
        try:
            return await waiter
        finally:
            waiters.discard(waiter)

    def _enqueue(self, host: str) -> None:
        (self._slow_line if self._is_slow(host) else self._line).put(host)

    def _is_slow(self, host: str) -> bool:
        known = self._known.get(host)
        return (known is not None and known.was_slow) or _zone_of(host) in self._slow_zones

    def _serve(self, line: _Line) -> None:
        """Look names up; runs in a thread and touches nothing of the loop's but by handing over."""
        while (host := line.names.get()) is not None:
            if line is self._line and self._is_slow(host):
                self._hand_over(self._move, host)
                continue
            began = self._clock.monotonic()
            resolution = self._look_up(host) if self._waiting.get(host) else None
            was_slow = self._clock.monotonic() - began > SLOW_S
            if resolution is not None:
                self._note_zone(host, was_slow=was_slow)
            self._hand_over(self._settle, line, host, resolution, was_slow)

    def _note_zone(self, host: str, *, was_slow: bool) -> None:
        # In the thread itself: what waits in line may be of the same zone. Sets bear that.
        if was_slow:
            self._slow_zones.add(_zone_of(host))
        else:
            self._slow_zones.discard(_zone_of(host))

    def _hand_over(self, step: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: no poll waits
            self._loop.call_soon_threadsafe(step, *arguments)

    def _move(self, host: str) -> None:
        """Let a name wait with the slow ones: its zone has turned out to be slow since it was put in line."""
        self._line.pending -= 1
        if self._waiting[host]:
            self._slow_line.put(host)
        else:
            del self._waiting[host]

    def _look_up(self, host: str) -> Resolution:
        try:
            addresses = tuple(dict.fromkeys(self._lookup(host)))
        except socket.gaierror as error:
            return Resolution((), _GAIERRORS.get(error.errno or 0, "look-up failed"))
        except (OSError, UnicodeError):
            return Resolution((), "look-up failed")
        return Resolution(addresses, "" if addresses else "name has no address")

    def _settle(self, line: _Line, host: str, resolution: Resolution | None, was_slow: bool) -> None:
        line.pending -= 1
        waiters = self._waiting[host]
        if resolution is None and waiters:  # somebody came after the thread had looked
            self._enqueue(host)
            return
        del self._waiting[host]
        if resolution is None:
            return
        self._remember(host, resolution, was_slow=was_slow)
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(resolution)

    def _remember(self, host: str, resolution: Resolution, *, was_slow: bool) -> None:
        now = self._clock.monotonic()
        if len(self._known) > self._prune_above:
            self._known = {name: entry for name, entry in self._known.items() if entry.expires_at > now}
            self._prune_above = max(_PRUNE_ABOVE, 2 * len(self._known))
        keep_s = self._keep_s if resolution.addresses else self._keep_failure_s
        self._known[host] = _Entry(resolution, now + keep_s, was_slow)


def _zone_of(host: str) -> str:
    """Return what a name has in common with its neighbours, if that is a domain; else the name."""
    zone = host.partition(".")[2]
    return zone if "." in zone else host


_GAIERRORS = {
    socket.EAI_NONAME: "name does not exist",
    socket.EAI_NODATA: "name has no address",
    socket.EAI_AGAIN: "no name server answers",
    socket.EAI_FAIL: "name server failed",
    socket.EAI_MEMORY: "out of memory",
}
