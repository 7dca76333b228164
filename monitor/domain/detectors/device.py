"""Do the parts of the terminal, its software and its clock work."""

from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import MANY, bounded
from monitor.domain.alerts.phrase import Phrase, span
from monitor.domain.detectors.component_judges import says, shows
from monitor.domain.detectors.condition import CONDITION
from monitor.domain.fleet.clock_skew import zone_offset
from monitor.domain.fleet.firmware_cohort import version_key
from monitor.domain.fleet.watched_terminal import RESTARTS_KEPT, WatchedTerminal
from monitor.domain.heartbeat.fields import field_of
from monitor.domain.heartbeat.reading import ComponentStatus, PinPadStatus
from monitor.domain.inventory.spelling import is_same_but_for_spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogLimits:
    """Unsent transactions: opens at `at_least`, clears at `clear_at` or fewer (unsourced)."""

    at_least: int = bounded(20, least=1, greatest=MANY)
    clear_at: int = bounded(5, least=0, greatest=MANY)

    RISING: ClassVar = (("clear_at", "at_least"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareLimits:
    """Oldest version that is good enough; "" means what half of the fleet's same model have reached."""

    minimum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLimits:
    """Difference between the terminal's clock and ours, either way (unsourced)."""

    over_s: float = 120.0
    clear_s: float = 60.0

    RISING: ClassVar = (("clear_s", "over_s"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartLimits:
    """So many restarts within the window."""

    count: int = bounded(3, least=1, greatest=RESTARTS_KEPT)
    window_s: float = 3600.0


_FIELDS_SHOWN = 5

_pin_pad = attrgetter("pin_pad")
_card_reader = attrgetter("card_reader")
_display = attrgetter("display")


def _backlog(terminal: WatchedTerminal, limits: BacklogLimits, is_open: bool) -> Verdict:
    unsent = terminal.reading.unsent_transactions if terminal.reading else None
    if unsent is None:
        return UNKNOWN
    is_piling_up = unsent > limits.clear_at if is_open else unsent >= limits.at_least
    return PRESENT if is_piling_up else ABSENT


def _wanted_firmware(terminal: WatchedTerminal, limits: FirmwareLimits) -> str:
    return limits.minimum or (terminal.cohort.expected if terminal.cohort else "")


def _firmware_outdated(terminal: WatchedTerminal, limits: FirmwareLimits, _is_open: bool) -> Verdict:
    version = terminal.reading.firmware_version if terminal.reading else None
    if version is None:
        return UNKNOWN
    wanted = _wanted_firmware(terminal, limits)
    if version == wanted:
        return ABSENT
    if not version_key(version):
        return UNKNOWN
    return PRESENT if version_key(version) < version_key(wanted) else ABSENT


def _clock_skewed(terminal: WatchedTerminal, limits: ClockLimits, is_open: bool) -> Verdict:
    if terminal.clock_skew_s is None:
        return UNKNOWN
    edge = limits.clear_s if is_open else limits.over_s
    return PRESENT if abs(terminal.clock_skew_s) > edge else ABSENT


def _restarts_within(terminal: WatchedTerminal, window_s: float) -> int:
    last_heard = terminal.last_poll or terminal.last_good
    if not terminal.restarts or last_heard is None:
        return 0
    start = last_heard.monotonic - window_s
    return sum(at > start for at in terminal.restarts)


def _restarting(terminal: WatchedTerminal, limits: RestartLimits, _is_open: bool) -> Verdict:
    count = _restarts_within(terminal, limits.window_s)
    return PRESENT if count >= limits.count else ABSENT


def _spelled_differently(terminal: WatchedTerminal, _limits: NoLimits, _is_open: bool) -> Verdict:
    given, expected = terminal.serial_number, terminal.terminal.serial_number
    if not given or not expected:
        return ABSENT
    return PRESENT if is_same_but_for_spelling(given, expected) else ABSENT


def _say_spelling(terminal: WatchedTerminal, _limits: NoLimits) -> Phrase:
    given, expected = terminal.serial_number, terminal.terminal.serial_number
    return Phrase(
        f"serial number {given} is written differently in the inventory: {expected}",
        f"序列号 {given} 在档案中的写法不同：{expected}",
    )


def _say_backlog(terminal: WatchedTerminal, _limits: BacklogLimits) -> Phrase:
    unsent = terminal.reading.unsent_transactions if terminal.reading else None
    return Phrase(f"{unsent} transactions wait to be sent", f"有 {unsent} 笔交易待上送")


def _say_firmware(terminal: WatchedTerminal, limits: FirmwareLimits) -> Phrase:
    version = terminal.reading.firmware_version if terminal.reading else None
    wanted = _wanted_firmware(terminal, limits)
    return Phrase(f"firmware {version} is older than {wanted}", f"固件 {version} 低于 {wanted}")


def _say_clock(terminal: WatchedTerminal, _limits: ClockLimits) -> Phrase:
    skew = terminal.clock_skew_s or 0.0
    seconds = f"{abs(skew):.0f}"
    hours = zone_offset(skew)
    zone, zone_zh = "", ""
    if hours is not None:
        way = "ahead" if hours > 0 else "behind"
        zone = f", {abs(hours):g} h {way}: local time sent as UTC?"
        zone_zh = f"，约 {abs(hours):g} 小时：是否把本地时间当作 UTC 上报？"
    if skew > 0:
        return Phrase(f"clock is {seconds} s ahead{zone}", f"时钟快 {seconds} 秒{zone_zh}")
    return Phrase(f"clock is {seconds} s behind{zone}", f"时钟慢 {seconds} 秒{zone_zh}")


def _say_restarts(terminal: WatchedTerminal, limits: RestartLimits) -> Phrase:
    length, restarts = span(limits.window_s), _restarts_within(terminal, limits.window_s)
    return Phrase(f"restarted {restarts} times in {length.en}", f"{length.zh}内重启 {restarts} 次")


def _unreadable(terminal: WatchedTerminal, _limits: object, _is_open: bool) -> Verdict:
    return PRESENT if terminal.unreadable.fields else ABSENT


def _say_unreadable(terminal: WatchedTerminal, _limits: object) -> Phrase:
    names = [*map(field_of, terminal.unreadable.fields)]
    shown = ", ".join(names[:_FIELDS_SHOWN]) + (" ..." if len(names) > _FIELDS_SHOWN else "")
    fields = "field" if len(names) == 1 else "fields"
    return Phrase(
        f"{len(names)} {fields} of the heartbeat cannot be read: {shown}",
        f"心跳中有 {len(names)} 个字段无法识别：{shown}",
    )


DEVICE: tuple[Detector, ...] = (
    Detector(
        alertname="PinPadFault",
        category=Category.DEVICE,
        severity=Severity.CRITICAL,
        owner=Owner.FIELD,
        basis=Basis.READING,
        part="pin_pad",
        component="PIN pad",
        judge=shows(_pin_pad, PinPadStatus.FAULT),
        summary=says(Phrase("PIN pad", "密码键盘"), _pin_pad),
        for_s=60,
        impairs=True,
    ),
    Detector(
        alertname="CardReaderFault",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.READING,
        part="card_reader",
        component="card reader",
        judge=shows(_card_reader, ComponentStatus.FAULT),
        summary=says(Phrase("card reader", "读卡器"), _card_reader),
        for_s=120,
        impairs=True,
    ),
    Detector(
        alertname="DisplayFault",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.READING,
        part="display",
        component="display",
        judge=shows(_display, ComponentStatus.FAULT),
        summary=says(Phrase("display", "屏幕"), _display),
        for_s=120,
        impairs=True,
    ),
    Detector(
        alertname="TransactionBacklog",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="unsent_transactions",
        judge=_backlog,
        summary=_say_backlog,
        for_s=900,
        limits=BacklogLimits(),
    ),
    Detector(
        alertname="FirmwareOutdated",
        category=Category.DEVICE,
        severity=Severity.INFO,
        owner=Owner.FIELD,
        basis=Basis.READING,
        moves_alone=True,
        judge=_firmware_outdated,
        summary=_say_firmware,
        for_s=24 * 3600,
        limits=FirmwareLimits(),
    ),
    Detector(
        alertname="ClockSkew",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.READING,
        moves_alone=True,
        judge=_clock_skewed,
        summary=_say_clock,
        for_s=300,
        limits=ClockLimits(),
    ),
    Detector(
        alertname="UnexpectedRestart",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.READING,
        judge=_restarting,
        summary=_say_restarts,
        limits=RestartLimits(),
        needs_history=True,
    ),
    Detector(
        alertname="SerialNumberSpelling",
        category=Category.DEVICE,
        severity=Severity.INFO,
        owner=Owner.MONITORING,
        basis=Basis.READING,
        judge=_spelled_differently,
        summary=_say_spelling,
    ),
    Detector(
        alertname="HeartbeatUnreadable",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.MONITORING,
        basis=Basis.READING,
        judge=_unreadable,
        summary=_say_unreadable,
        for_s=600,
    ),
    *CONDITION,
)
