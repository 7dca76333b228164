"""Has the terminal been opened, or is it another one."""

from dataclasses import dataclass
from operator import attrgetter

from monitor.domain.alerts.alert import Alert, Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits, Withheld
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.ages import heard_at, moment_of_ours, span_since
from monitor.domain.detectors.component_judges import shows
from monitor.domain.fleet.device_record import was_replaced_by
from monitor.domain.fleet.factory_reset import FACTORY_RESET
from monitor.domain.fleet.terminal_memory import Change
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import PinPadStatus
from monitor.domain.instant import Instant
from monitor.domain.inventory.spelling import is_another, is_same_but_for_spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialLimits:
    """So old an operator password may be: 90 days (PCI DSS 4.0.1, requirement 8.3.9)."""

    older_than_s: float = 90 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetLimits:
    """So long after a reset the alert stays, for somebody to look into it (unsourced)."""

    window_s: float = 86400.0


_pin_pad = attrgetter("pin_pad")


def _wrong_serial(terminal: WatchedTerminal) -> str:
    expected = terminal.terminal.serial_number
    # The last one it gave: an answer that leaves the number out does not take back a wrong one.
    given = terminal.serial_number
    if not expected or not given or not is_another(given, expected):
        return ""
    # The source itself has moved the device here.
    return "" if was_replaced_by(terminal.changes, given) else given


def _mismatched(terminal: WatchedTerminal, _limits: NoLimits, _is_open: bool) -> Verdict:
    is_other = terminal.claimed_id or _wrong_serial(terminal)
    return PRESENT if is_other else ABSENT


def _answers_in_turn(_terminal: WatchedTerminal | None, mismatch: Alert, conflict: Alert) -> bool:
    """Tell whether a mismatch is one turn of two devices that are known to answer in turn."""
    if conflict.fired_at is None:
        return False
    return mismatch.fired_at is None or mismatch.fired_at.monotonic >= conflict.fired_at.monotonic


def _say_tampered(_terminal: WatchedTerminal, _limits: NoLimits) -> Phrase:
    return Phrase(
        "the PIN pad reports that it was opened; its keys are erased", "密码键盘报告被拆动，密钥已清除"
    )


def _say_mismatch(terminal: WatchedTerminal, _limits: NoLimits) -> Phrase:
    claimed_id = terminal.claimed_id
    if claimed_id and is_same_but_for_spelling(claimed_id, terminal.terminal.terminal_id):
        return Phrase(
            f"its endpoint answers as {claimed_id}, which is its id written differently",
            f"该地址以 {claimed_id} 应答，与档案中的终端号仅写法不同",
        )
    if claimed_id:
        return Phrase(
            f"its endpoint answers as terminal {claimed_id}",
            f"该地址以终端 {claimed_id} 的身份应答",
        )
    given, expected = _wrong_serial(terminal), terminal.terminal.serial_number
    return Phrase(
        f"answers with serial number {given}, expected {expected}",
        f"应答的序列号为 {given}，应为 {expected}",
    )


def _credentials_old(terminal: WatchedTerminal, limits: CredentialLimits, _is_open: bool) -> Verdict:
    changed_at = _password_changed_at(terminal)
    if changed_at is None:
        return UNKNOWN
    return PRESENT if heard_at(terminal).wall - changed_at > limits.older_than_s else ABSENT


def _password_changed_at(terminal: WatchedTerminal) -> float | None:
    stamp = terminal.reading.operator_password_changed_at if terminal.reading else None
    return moment_of_ours(terminal, stamp)


def _say_credentials(terminal: WatchedTerminal, _limits: CredentialLimits) -> Phrase:
    changed_at = _password_changed_at(terminal)
    if changed_at is None:
        return Phrase("the operator password is old", "操作员密码已久未更换")
    ago = span_since(changed_at, heard_at(terminal).wall)
    return Phrase(f"operator password last changed {ago.en} ago", f"操作员密码上次更换在 {ago.zh}前")


def _reset_of(terminal: WatchedTerminal) -> Change | None:
    if not terminal.changes:
        return None
    return next((change for change in reversed(terminal.changes) if change.what == FACTORY_RESET), None)


def _factory_reset(terminal: WatchedTerminal, limits: ResetLimits, _is_open: bool) -> Verdict:
    reset = _reset_of(terminal)
    if reset is None:
        return ABSENT
    age_s = heard_at(terminal).monotonic - reset.at.monotonic
    return PRESENT if age_s < limits.window_s else ABSENT


def _reset_since(terminal: WatchedTerminal, _limits: ResetLimits) -> Instant:
    reset = _reset_of(terminal)
    return heard_at(terminal) if reset is None else reset.at


def _say_reset(terminal: WatchedTerminal, _limits: ResetLimits) -> Phrase:
    reset = _reset_of(terminal)
    signs = reset.after.replace(" ", ", ") if reset is not None else ""
    if not signs:
        return Phrase("the terminal was reset to its factory state", "终端被恢复出厂设置")
    return Phrase(
        f"the terminal was reset to its factory state: {signs} began again",
        f"终端被恢复出厂设置：{signs} 回到初始值",
    )


SECURITY: tuple[Detector, ...] = (
    Detector(
        alertname="TerminalTampered",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        basis=Basis.READING,
        part="pin_pad",
        component="PIN pad",
        judge=shows(_pin_pad, PinPadStatus.TAMPERED),
        summary=_say_tampered,
        impairs=True,
    ),
    Detector(
        alertname="TerminalIdMismatch",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        basis=Basis.ANSWER,
        judge=_mismatched,
        summary=_say_mismatch,
        withheld=Withheld(by="TerminalIdConflict", reason="conflict", holds=_answers_in_turn),
    ),
    Detector(
        alertname="FactoryReset",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        basis=Basis.AGE,
        judge=_factory_reset,
        summary=_say_reset,
        limits=ResetLimits(),
        began=_reset_since,
        needs_history=True,
    ),
    Detector(
        alertname="CredentialsOld",
        category=Category.SECURITY,
        severity=Severity.INFO,
        owner=Owner.SHOP,
        basis=Basis.AGE,
        part="operator_password_changed_at",
        judge=_credentials_old,
        summary=_say_credentials,
        limits=CredentialLimits(),
    ),
)
