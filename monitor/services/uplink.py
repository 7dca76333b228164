"""Whether posmon's own link works, by probes of places outside the fleet."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from monitor.domain.instant import Instant
from monitor.ports.clock import Clock
from monitor.ports.uplink_probe import UplinkProbe

INTERVAL_S = 10.0


class Uplink:
    """Probes all places every ten seconds; `listener` is called with which of them answered."""

    def __init__(
        self,
        *,
        probes: Sequence[UplinkProbe],
        clock: Clock,
        listener: Callable[[Mapping[str, bool], Instant], None],
    ) -> None:
        self._probes = tuple(probes)
        self._clock = clock
        self._listener = listener

    async def run(self) -> None:
        """Probe until cancelled."""
        while True:
            answers = await asyncio.gather(*(probe.reachable() for probe in self._probes))
            names = (probe.name for probe in self._probes)
            self._listener(dict(zip(names, answers, strict=True)), self._clock.now())
            await self._clock.sleep(INTERVAL_S)
