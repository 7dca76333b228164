"""Alerts about posmon itself."""

from collections.abc import Mapping

from monitor.domain.alerts.subjects import MONITOR, MONITOR_SUBJECT
from monitor.domain.instant import Instant
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.subjects.kind import SubjectKind


class OwnWork(SubjectKind):
    """posmon's own polling; it is not kept, so it is not found again."""

    name = MONITOR

    def subject(self, _thing: PollingProgress) -> str:
        """Return the only subject of the kind."""
        return MONITOR_SUBJECT

    def find(self, _name: str, _now: Instant) -> PollingProgress | None:
        """Return None: the progress is known at the tick only."""
        return None

    def labels(self, _thing: PollingProgress) -> Mapping[str, str]:
        """Return none: there is one posmon."""
        return {}

    def title(self, _thing: PollingProgress) -> str:
        """Return its name."""
        return "posmon"
