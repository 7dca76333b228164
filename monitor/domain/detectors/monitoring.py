"""Is posmon itself at work."""

from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.alerts.subjects import MONITOR
from monitor.domain.self_monitoring.liveness import PollingProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchdogLimits:
    """The watchdog falls silent when no poll has finished for this long."""

    stalled_after_s: float = 120.0


def _at_work(progress: PollingProgress, limits: WatchdogLimits, _is_open: bool) -> Verdict:
    return PRESENT if progress.silent_s < limits.stalled_after_s else ABSENT


def _say_watchdog(_progress: PollingProgress, _limits: WatchdogLimits) -> Phrase:
    return Phrase(
        "is polling; check posmon when this alert disappears", "正在轮询；若本告警消失，请检查 posmon"
    )


MONITORING: tuple[Detector, ...] = (
    Detector(
        alertname="Watchdog",
        category=Category.POSMON,
        severity=Severity.NONE,
        subjects=(MONITOR,),
        basis=Basis.TIME,
        judge=_at_work,
        summary=_say_watchdog,
        limits=WatchdogLimits(),
    ),
)
