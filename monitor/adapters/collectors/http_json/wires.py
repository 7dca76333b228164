"""Plain TCP connections by the ten thousand: a descriptor and one small object each."""

import asyncio
import errno
import os
import select
import socket
from collections.abc import Callable
from typing import Protocol

_READ_SIZE = 8 * 1024
"""Most answers fit, and of a longer one epoll tells again; a larger buffer costs more to get than to fill."""
_MOST_UNSENT = 64 * 1024
_EVENTS_AT_ONCE = 256
_READABLE = select.EPOLLIN
_WRITABLE = select.EPOLLOUT


class Speaker(Protocol):
    """The user of a wire. The event loop calls it, never from within a call to the wire."""

    def connection_made(self, transport: "Wire") -> None:
        """Take note that `transport` is open."""
        ...

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, at least one."""
        ...

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note of the end, once: None when either side closed it in good order."""
        ...


class Wires:
    """All plain connections to terminals, watched by an epoll of their own within the event loop's.

    Beside the event loops' transports these take a tenth of the memory, and connecting takes no task.
    They stand in a list by descriptor: the system gives the smallest number that is free. They close `epoll`.
    """

    def __init__(self, epoll: select.epoll | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._epoll = epoll or select.epoll()
        self._wires: list[Wire | None] = []
        self._open = 0
        self._ended: set[int] = set()
        self._loop.add_reader(self._epoll.fileno(), self._dispatch)

    def __len__(self) -> int:
        return self._open

    def connect(
        self, address: str, port: int, *, speaker: Speaker, failed: Callable[[Exception], None]
    ) -> "Wire":
        """Begin to connect to an IPv4 or IPv6 literal.

        Either `speaker` is called when it is open, or `failed` is called; neither before this returns. An
        attempt that is aborted ends silently.
        """
        wire = Wire(wires=self, speaker=speaker, failed=failed)
        try:
            self._start(wire, address, port)
        except OSError as error:
            self._loop.call_soon(wire.give_up, error)
        return wire

    async def aclose(self) -> None:
        """End every wire and wait until each speaker has been called with its end."""
        if self._epoll.closed:
            return
        for wire in self._wires:
            if wire is not None:
                wire.abort()
        all_told = self._loop.create_future()
        self._loop.call_soon(all_told.set_result, None)
        await all_told
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _start(self, wire: "Wire", address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connecting = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            error = connecting.connect_ex((address, port))
            if error == errno.EADDRNOTAVAIL and not _has_source(family, address):
                error = errno.ENETUNREACH
            if error not in {0, errno.EINPROGRESS}:
                raise OSError(error, os.strerror(error))  # noqa: TRY301 - one end for every failure
            self._epoll.register(connecting.fileno(), _WRITABLE)
        except BaseException:
            connecting.close()
            raise
        wire.begin(connecting)
        self._wires += [None] * (wire.fd + 1 - len(self._wires))
        self._wires[wire.fd] = wire
        self._open += 1

    # Called by the wires.

    def watch(self, fd: int, events: int) -> None:
        """Call the wire when one of `events` occurs; its end always calls it."""
        self._epoll.modify(fd, events)

    def drop(self, fd: int) -> None:
        """Close a wire's descriptor."""
        self._wires[fd] = None
        self._open -= 1
        os.close(fd)
        # A new wire may get this number at once. Events of the present batch are not for that one.
        self._ended.add(fd)

    def soon(self, call: Callable[[Exception | None], None], error: Exception | None) -> None:
        """Call `call` in the loop's next turn."""
        self._loop.call_soon(call, error)

    def _dispatch(self) -> None:
        wires, ended = self._wires, self._ended
        ended.clear()
        # A bounded batch: after thousands of answers at once other tasks of the loop run before the rest.
        for fd, events in self._epoll.poll(0, _EVENTS_AT_ONCE):
            wire = wires[fd]
            if wire is None or fd in ended:
                continue
            try:
                wire.ready(events)
            except Exception as error:  # noqa: BLE001 - what is wrong with one must not keep the others waiting
                self._report(error)
                wire.fail(error)

    def _report(self, error: Exception) -> None:
        self._loop.call_exception_handler({"message": "a poll's connection failed", "exception": error})


def _has_source(family: socket.AddressFamily, address: str) -> bool:
    """Tell whether this machine has an address, if not a port, to speak from: without IPv6 it has none."""
    with socket.socket(family, socket.SOCK_DGRAM) as silent:
        return silent.connect_ex((address, 9)) == 0


class Wire:
    """One TCP connection, with those methods of `asyncio.Transport` that polling needs."""

    __slots__ = ("_connecting", "_failed", "_speaker", "_unsent", "_wires", "fd")

    def __init__(self, *, wires: Wires, speaker: Speaker, failed: Callable[[Exception], None]) -> None:
        self.fd = -1
        self._wires = wires
        self._speaker = speaker
        self._failed: Callable[[Exception], None] | None = failed
        self._connecting: socket.socket | None = None
        self._unsent = b""

    def is_closing(self) -> bool:
        """Whether it has ended, or never began."""
        return self.fd < 0

    def write(self, data: bytes) -> None:
        """Send `data` as fast as the peer takes it; without effect once it has ended.

        A peer that does not read what is sent to it again and again ends the wire.
        """
        if len(self._unsent) > _MOST_UNSENT:
            self._end(ConnectionAbortedError(errno.ECONNABORTED, os.strerror(errno.ECONNABORTED)))
        elif self._unsent:
            self._unsent += data
        elif self.fd >= 0:
            self._send(data)

    def close(self) -> None:
        """End it; the speaker is called soon if it was called at the beginning, else nothing is called."""
        self._failed = None
        if self.fd >= 0:
            self._end(None)

    abort = close

    # Called by `Wires`.

    def begin(self, connecting: socket.socket) -> None:
        """Wait for the attempt to connect."""
        self._connecting = connecting
        self.fd = connecting.fileno()

    def fail(self, error: Exception) -> None:
        """End it for an error of its speaker's."""
        failed, self._failed = self._failed, None
        if self.fd >= 0:
            self._end(error)
        if failed is not None:
            failed(error)

    def give_up(self, error: OSError) -> None:
        """Report that it could not be opened, unless it was aborted."""
        failed, self._failed = self._failed, None
        if failed is not None:
            failed(error)

    def ready(self, events: int) -> None:
        """Go on with what the descriptor is ready for."""
        if self._connecting is not None:
            self._open(self._connecting)
            return
        if self._unsent and events & _WRITABLE:
            self._send(self._unsent)
        if events & ~_WRITABLE and self.fd >= 0:
            self._receive()

    def _open(self, connecting: socket.socket) -> None:
        error = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            failed = OSError(error, os.strerror(error))
            self._close()
            self.give_up(failed)
            return
        connecting.detach()
        self._connecting = self._failed = None
        self._wires.watch(self.fd, _READABLE)
        self._speaker.connection_made(self)

    def _receive(self) -> None:
        try:
            data = os.read(self.fd, _READ_SIZE)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(error)
            return
        if data:
            self._speaker.data_received(data)
        else:
            self._end(None)

    def _send(self, data: bytes) -> None:
        was_waiting = bool(self._unsent)
        try:
            self._unsent = data[os.write(self.fd, data) :]
        except BlockingIOError:
            self._unsent = data
        except OSError as error:
            self._end(error)
            return
        if bool(self._unsent) is not was_waiting:
            self._wires.watch(self.fd, _READABLE | _WRITABLE if self._unsent else _READABLE)

    def _end(self, error: Exception | None) -> None:
        was_open = self._connecting is None
        self._close()
        if was_open:
            self._wires.soon(self._speaker.connection_lost, error)

    def _close(self) -> None:
        if self._connecting is not None:
            self._connecting.detach()
            self._connecting = None
        fd, self.fd = self.fd, -1
        self._unsent = b""
        self._wires.drop(fd)
