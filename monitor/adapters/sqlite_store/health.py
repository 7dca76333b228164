"""How the store gets on, told by its writer's thread and read from anywhere."""

import threading

import structlog

from monitor.domain.instant import Instant

log = structlog.get_logger()


class StoreCondition:
    """`fault` as in StoreHealth. A failure is logged once, and so is recovery."""

    def __init__(self) -> None:
        self.fault = ""
        self.lost = 0
        self.quarantined = 0
        self.unreadable = 0
        self.committed: Instant | None = None
        self._lock = threading.Lock()

    def failed(self, reason: str) -> None:
        """Note that nothing can be written, and why."""
        with self._lock:
            was_well, self.fault = not self.fault, reason
        if was_well:
            log.error("store.degraded", reason=reason)

    def succeeded(self, at: Instant | None) -> None:
        """Note that everything up to the record of `at` is durable."""
        with self._lock:
            was_well, self.fault = not self.fault, ""
            self.committed = at or self.committed
        if not was_well:
            log.warning("store.recovered", lost_steps=self.lost)
