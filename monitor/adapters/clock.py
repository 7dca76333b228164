"""The machine's clocks."""

import asyncio
import time

from monitor.domain.instant import Instant


class SystemClock:
    """Fulfils the port `Clock`; the one place where the machine is asked for the time."""

    def now(self) -> Instant:
        """Return the present moment on both clocks."""
        return Instant(time.monotonic(), time.time())  # noqa: TID251 -- the one place

    def monotonic(self) -> float:
        """Return seconds on the clock that never jumps."""
        return time.monotonic()  # noqa: TID251 -- the one place

    async def sleep(self, seconds: float) -> None:
        """Wait at least `seconds`."""
        await asyncio.sleep(seconds)  # noqa: TID251 -- the one place
