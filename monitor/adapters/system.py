"""The machine's clocks."""

import asyncio
import time

from monitor.domain.instant import Instant


class SystemClock:
    """The Clock port on the operating system; the only place that asks it for the time."""

    def now(self) -> Instant:
        """Return the present moment on both clocks."""
        return Instant(time.monotonic(), time.time())  # noqa: TID251 - this is the port's adapter

    def monotonic(self) -> float:
        """Return CLOCK_MONOTONIC in seconds."""
        return time.monotonic()  # noqa: TID251 - this is the port's adapter

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`; zero or less lets the others run once."""
        until = self.monotonic() + seconds
        await asyncio.sleep(max(0.0, seconds))  # noqa: TID251 - this is the port's adapter
        # Event loops round to their timers' resolution and may wake a little early.
        while (left := until - self.monotonic()) > 0:  # noqa: ASYNC110 - it is the clock itself
            await asyncio.sleep(max(left, 0.001))  # noqa: TID251 - this is the port's adapter
