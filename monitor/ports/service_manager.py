"""The service manager: it starts and stops posmon, and watches over it."""

from typing import Protocol


class ServiceManager(Protocol):
    """The daemon reports its phases here, also where no service manager listens; no report raises."""

    @property
    def watchdog_s(self) -> float | None:
        """The seconds within which `alive` must be called again; None without a watchdog."""
        ...

    def ready(self, status: str) -> None:
        """Say that posmon is polling, at the start or after a reload; `status` is one line for people."""
        ...

    def reloading(self) -> None:
        """Say that a reload has begun; `ready` follows."""
        ...

    def stopping(self) -> None:
        """Say that posmon is stopping."""
        ...

    def alive(self) -> None:
        """Say that all parts get on with their work."""
        ...
