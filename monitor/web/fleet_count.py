"""The whole fleet counted, for all who look at about the same time."""

from asyncio import Lock

from monitor.views.census import Census
from monitor.views.sources import Sources
from monitor.web.turns import count_fleet

SHARE = 20
"""A count may be this many times as old as it took to make: looking costs 5 % of the time at most."""


class FleetCount:
    """Counts the fleet when somebody asks, and gives the same count to whoever asks soon after."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lock = Lock()
        self._census: Census | None = None
        self._good_until = 0.0

    async def census(self) -> Census:
        """Return a count that is no older than SHARE times what it cost."""
        clock = self._sources.clock
        async with self._lock:
            began = clock.monotonic()
            if self._census is None or began >= self._good_until:
                self._census = await count_fleet(self._sources)
                ended = clock.monotonic()
                self._good_until = ended + SHARE * (ended - began)
            return self._census
