"""Time, as the services see it."""

from typing import Protocol

from monitor.domain.instant import Instant


class Clock(Protocol):
    """The only source of time and of waiting; tests put a hand-turned one in its place."""

    def now(self) -> Instant:
        """Return the present moment on both clocks."""
        ...

    def monotonic(self) -> float:
        """Return seconds on the monotonic clock, the one `Instant.monotonic` uses."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds` of monotonic time."""
        ...
