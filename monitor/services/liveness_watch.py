"""Tells the service manager that posmon lives, as long as all of it does."""

from collections.abc import Callable, Sequence

import structlog

from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.ports.clock import Clock
from monitor.ports.service_manager import ServiceManager

LOOKS_PER_PERIOD = 3
"""So often per watchdog period it is looked whether all is well; one look may come late."""

LOOK_EVERY_S = 20.0
"""How often to look when no service manager waits."""

log = structlog.get_logger()


class LivenessWatch:
    """Looks at the liveness checks regularly; a part that is stuck is logged once, until it moves again.

    While one is stuck posmon does not report to the service manager, which then restarts it.
    """

    def __init__(
        self, *, liveness_checks: Callable[[], Sequence[LivenessCheck]], manager: ServiceManager, clock: Clock
    ) -> None:
        self.liveness_checks = liveness_checks
        self._manager = manager
        self._clock = clock
        self._stuck: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Check until cancelled."""
        period_s = self._manager.watchdog_s
        every_s = period_s / LOOKS_PER_PERIOD if period_s else LOOK_EVERY_S
        while True:
            self.check()
            await self._clock.sleep(every_s)

    def check(self) -> None:
        """Check every part once, and log what has changed."""
        stuck = {check.part: check for check in self.liveness_checks() if check.is_stuck}
        for part in stuck.keys() - self._stuck:
            log.error("part.stuck", part=part, silent_s=round(stuck[part].silent_s, 1))
        for part in self._stuck - stuck.keys():
            log.info("part.recovered", part=part)
        self._stuck = frozenset(stuck)
        if not stuck:
            self._manager.alive()
