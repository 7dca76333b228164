"""Is posmon itself at work, can it ask its sources, and does anybody attend to its alerts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.alerts.subjects import HOLD, HOLD_ENDING, MONITOR, TERMINAL_SOURCE, UNATTENDED
from monitor.domain.detectors.device import ClockLimits
from monitor.domain.duration import spoken_duration
from monitor.domain.instant import Instant
from monitor.domain.on_call.hold_ending import EndingHold
from monitor.domain.on_call.unattended import UnattendedAlert
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.sources.board import SourceBoard


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


def _own_clock_off(progress: PollingProgress, limits: ClockLimits, is_open: bool) -> Verdict:
    edge = limits.clear_s if is_open else limits.over_s
    return PRESENT if abs(progress.clock_ahead_s) > edge else ABSENT


def _say_own_clock(progress: PollingProgress, _limits: ClockLimits) -> Phrase:
    ahead_s = progress.clock_ahead_s
    seconds = f"{abs(ahead_s):.0f}"
    way, way_zh = ("ahead of", "快") if ahead_s > 0 else ("behind", "慢")
    return Phrase(
        f"its own clock is {seconds} s {way} that of most terminals, which agree with each other",
        f"自身时钟比多数终端{way_zh} {seconds} 秒，而这些终端彼此一致",
    )


def _unreachable(source: SourceBoard, _limits: NoLimits, _is_open: bool) -> Verdict:
    if source.last_result is None:
        return UNKNOWN
    return ABSENT if source.is_reachable else PRESENT


def _unreachable_since(source: SourceBoard, _limits: NoLimits) -> Instant:
    return source.unreachable_since


def _say_unreachable(source: SourceBoard, _limits: NoLimits) -> Phrase:
    return Phrase(
        f"cannot be asked: {source.detail}; its terminals are unknown",
        f"无法查询：{source.detail}；其终端状态未知",
    )


def _unattended(thing: UnattendedAlert, _limits: NoLimits, _is_open: bool) -> Verdict:
    return PRESENT if thing.is_due else ABSENT


def _say_unattended(thing: UnattendedAlert, _limits: NoLimits) -> Phrase:
    spoken, spoken_zh = spoken_duration(0.0 if thing.after_s == inf else thing.after_s)
    return Phrase(
        f"not acknowledged for {spoken} (level {thing.level})",
        f"{spoken_zh}无人确认（第 {thing.level} 级）",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEndingLimits:
    """So many seconds before its end a hold is announced, at the earliest."""

    lead_s: float = bounded(900.0, least=60.0, greatest=86_400.0)


def _ends_soon(hold: EndingHold, limits: HoldEndingLimits, is_open: bool) -> Verdict:
    # Announced once: alerts that come and go meanwhile do not end it.
    return PRESENT if hold.is_near(limits.lead_s) or (is_open and hold.left_s > 0) else ABSENT


def _say_ending(hold: EndingHold, _limits: HoldEndingLimits) -> Phrase:
    at = datetime.fromtimestamp(hold.until, UTC)
    alerts = "1 alert is" if hold.held == 1 else f"{hold.held} alerts are"
    return Phrase(
        f"ends at {at:%H:%M} UTC; {alerts} then held no more",
        f"将于 {at:%H:%M} UTC 结束，届时 {hold.held} 条告警不再暂缓",
    )


MONITORING: tuple[Detector, ...] = (
    Detector(
        alertname="Watchdog",
        category=Category.POSMON,
        severity=Severity.NONE,
        owner=Owner.MONITORING,
        subjects=(MONITOR,),
        basis=Basis.TIME,
        judge=_at_work,
        summary=_say_watchdog,
        limits=WatchdogLimits(),
    ),
    Detector(
        alertname="MonitorClockSkew",
        category=Category.POSMON,
        severity=Severity.CRITICAL,
        owner=Owner.MONITORING,
        subjects=(MONITOR,),
        basis=Basis.TIME,
        judge=_own_clock_off,
        summary=_say_own_clock,
        for_s=60,
        limits=ClockLimits(),
    ),
    Detector(
        alertname="SourceUnreachable",
        category=Category.POSMON,
        severity=Severity.CRITICAL,
        owner=Owner.MONITORING,
        subjects=(TERMINAL_SOURCE,),
        basis=Basis.TIME,
        judge=_unreachable,
        summary=_say_unreachable,
        for_s=120.0,
        began=_unreachable_since,
        holds_from_beginning=True,
    ),
    Detector(
        alertname="Unattended",
        category=Category.POSMON,
        severity=Severity.CRITICAL,
        owner=Owner.MONITORING,
        subjects=(UNATTENDED,),
        basis=Basis.TIME,
        judge=_unattended,
        summary=_say_unattended,
    ),
    Detector(
        alertname=HOLD_ENDING,
        category=Category.POSMON,
        severity=Severity.INFO,
        owner=Owner.MONITORING,
        subjects=(HOLD,),
        basis=Basis.TIME,
        judge=_ends_soon,
        summary=_say_ending,
        limits=HoldEndingLimits(),
    ),
)
