"""The machine's clocks."""

import asyncio
import time

from monitor.domain.instant import Instant

_ROUNDING_S = 0.001


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
        # Event loops round to their timers' resolution: asked for the bare time, uvloop often wakes early.
        asked_s = seconds + _ROUNDING_S if seconds > 0 else 0.0
        await asyncio.sleep(asked_s)  # noqa: TID251 - this is the port's adapter
        while (left := until - self.monotonic()) > 0:  # noqa: ASYNC110 - it is the clock itself
            await asyncio.sleep(max(left, 0.001))  # noqa: TID251 - this is the port's adapter
