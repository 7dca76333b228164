"""The notification socket of systemd, as sd_notify(3) describes it."""

import os
import socket
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import structlog

_MICROSECONDS = 1_000_000

log = structlog.get_logger()


class Systemd:
    """The ServiceManager port; without NOTIFY_SOCKET in `environment` nothing is said.

    A message that cannot be delivered is dropped: a service manager that is away is no reason to stop.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.watchdog_s = _watchdog_s(environment)
        self._socket = _connected(environment.get("NOTIFY_SOCKET", ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            self._socket.close()

    def ready(self, status: str) -> None:
        """Send READY and the status line."""
        self._send("READY=1", f"STATUS={_one_line(status)}")

    def reloading(self) -> None:
        """Send RELOADING with the moment it began, which Type=notify-reload asks for."""
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send("RELOADING=1", f"MONOTONIC_USEC={began}")

    def stopping(self) -> None:
        """Send STOPPING."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Send WATCHDOG."""
        self._send("WATCHDOG=1")

    def _send(self, *assignments: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send("\n".join(assignments).encode())
        except OSError as error:
            log.warning("systemd.unheard", reason=error.strerror or "unknown")


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """Return the watchdog's period if it is meant for this process."""
    period, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not period.isdecimal() or int(period) == 0 or pid not in ("", str(os.getpid())):
        return None
    return int(period) / _MICROSECONDS


def _connected(address: str) -> socket.socket | None:
    """Return a socket to `address`: a path, or a name in Linux's abstract namespace that begins with @."""
    if not address.startswith(("/", "@")):
        return None
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
    try:
        notify.connect("\0" + address[1:] if address.startswith("@") else address)
    except OSError as error:
        notify.close()
        log.warning("systemd.unreachable", reason=error.strerror or "unknown")
        return None
    return notify


def _one_line(text: str) -> str:
    return " ".join(text.split())
