"""Has the terminal been opened, or is it another one."""

from operator import attrgetter

from monitor.domain.alerts.alert import Alert, Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits, Withheld
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.component_judges import shows
from monitor.domain.fleet.device_record import was_replaced_by
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import PinPadStatus
from monitor.domain.inventory.spelling import is_another, is_same_but_for_spelling

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
)
