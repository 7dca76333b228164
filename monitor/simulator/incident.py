"""A fault that lasts for a while, once or again and again."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.simulator.answer import Value
from monitor.simulator.fault_kind import FaultKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incident:
    """What happens to its terminals, in seconds since the simulation began.

    It begins at `at_s`, lasts `for_s` (None: for good) and begins again every `every_s` (None: never
    again). Invariant: with `every_s` there is a shorter `for_s`.
    """

    kind: FaultKind
    parameters: Mapping[str, Value]
    at_s: float = 0.0
    for_s: float | None = None
    every_s: float | None = None

    def lasted_s(self, elapsed_s: float) -> float | None:
        """Return for how long it has lasted at that moment, None when it does not."""
        since_s = elapsed_s - self.at_s
        if since_s < 0:
            return None
        if self.every_s is not None:
            since_s %= self.every_s
        return since_s if self.for_s is None or since_s < self.for_s else None

    def next_change_s(self, elapsed_s: float) -> float | None:
        """Return when it next begins or ends, None when never again."""
        if elapsed_s < self.at_s:
            return self.at_s
        if self.for_s is None:
            return None
        begun_s = self.at_s
        if self.every_s is not None:
            begun_s += (elapsed_s - self.at_s) // self.every_s * self.every_s
        if elapsed_s < begun_s + self.for_s:
            return begun_s + self.for_s
        return None if self.every_s is None else begun_s + self.every_s
