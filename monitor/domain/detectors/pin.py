"""Do PINs fail, on a terminal or on a card, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase, span
from monitor.domain.alerts.subjects import CARD, CARD_ATTACK
from monitor.domain.detectors.pin_guessing import (
    TerminalPinLimits,
    guessed_on_terminal,
    guessing_since,
    say_guessing,
)
from monitor.domain.detectors.window_judges import counts, first_mark, lasting, latest, moment_of
from monitor.domain.events.card_windows import CardWindow
from monitor.domain.events.sliding_window import MOST_MARKS, Mark
from monitor.domain.events.terminal_history import Kind
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Activity
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPinLimits:
    """So many wrong PINs of one card, on whichever terminals (unsourced)."""

    tries: int = bounded(3, least=1, greatest=MOST_MARKS)
    window_s: float = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTravelLimits:
    """Wrong PINs of one card at so many sites (unsourced); a terminal without one is a place of its own."""

    sites: int = bounded(2, least=2, greatest=MOST_MARKS)
    window_s: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAttackLimits:
    """How sure (0-1) the diagnosis is that somebody guesses the PIN; an attack is over after `window_s`."""

    share: float = bounded(0.8, least=0.5, greatest=1)
    window_s: float = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LockLimits:
    """With `lock_limit` wrong PINs in a row the terminal locks itself; three as Chinese acquirers publish."""

    lock_limit: int = bounded(3, least=2, greatest=MOST_MARKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinDataLimits:
    """So many PIN-data or key faults (unsourced)."""

    count: int = bounded(3, least=1, greatest=MOST_MARKS)
    window_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInLimits:
    """So many failed log-ins, or, if not 0, `new_operators` log-ins of operators never seen there.

    The latter counts once the terminal has reported enough log-ins (unsourced).
    """

    count: int = bounded(5, least=1, greatest=MOST_MARKS)
    new_operators: int = bounded(0, least=0, greatest=MOST_MARKS)
    window_s: float = 900.0


def _card_lasts(card: CardWindow, window_s: float) -> Verdict:
    now = card.now.monotonic
    if card.wrong_pins.last_received + window_s > now:
        return PRESENT
    return ABSENT if card.since.monotonic + window_s <= now else UNKNOWN


def _guessed_on_card(card: CardWindow, limits: CardPinLimits, is_open: bool) -> Verdict:
    if is_open:
        return _card_lasts(card, limits.window_s)
    window = card.wrong_pins.first_met(limits.window_s, lambda window: len(window) >= limits.tries)
    return PRESENT if window else ABSENT


def _sites(card: CardWindow, window: Sequence[Mark]) -> int:
    return len({card.place_of(terminal_id) for _, terminal_id in window})


def _travelled(card: CardWindow, limits: CardTravelLimits) -> Sequence[Mark] | None:
    return card.wrong_pins.first_met(limits.window_s, lambda window: _sites(card, window) >= limits.sites)


def _guessed_across(card: CardWindow, limits: CardTravelLimits, is_open: bool) -> Verdict:
    if is_open:
        return _card_lasts(card, limits.window_s)
    return PRESENT if _travelled(card, limits) else ABSENT


def _attacked(card: CardWindow, limits: CardAttackLimits, is_open: bool) -> Verdict:
    if is_open:
        return _card_lasts(card, limits.window_s)
    return PRESENT if card.wrong_pins.fresh and card.attack_share >= limits.share else ABSENT


def _attacked_since(card: CardWindow, _limits: CardAttackLimits) -> Instant:
    return moment_of(card.of_day(), card.now)


def _card_since(card: CardWindow, limits: CardPinLimits) -> Instant:
    met = card.wrong_pins.first_met(limits.window_s, lambda window: len(window) >= limits.tries)
    return moment_of(met or latest(card.wrong_pins, limits.window_s), card.now)


def _card_across_since(card: CardWindow, limits: CardTravelLimits) -> Instant:
    return moment_of(_travelled(card, limits) or latest(card.wrong_pins, limits.window_s), card.now)


def _say_card(card: CardWindow, limits: CardPinLimits) -> Phrase:
    count, length = len(latest(card.wrong_pins, limits.window_s)), span(limits.window_s)
    return Phrase(f"{count} wrong PINs in {length.en}", f"{length.zh}内密码错误 {count} 次")


def _say_across(card: CardWindow, limits: CardTravelLimits) -> Phrase:
    sites, length = _sites(card, latest(card.wrong_pins, limits.window_s)), span(limits.window_s)
    return Phrase(f"wrong PINs at {sites} sites in {length.en}", f"{length.zh}内在 {sites} 家门店密码错误")


def _say_attack(card: CardWindow, _limits: CardAttackLimits) -> Phrase:
    window = card.of_day()
    tries, sites = len(window), _sites(card, window)
    english = f"{tries} wrong PINs in a day" + (f" at {sites} sites" if sites > 1 else "")
    chinese = f"一天内{f'在 {sites} 家门店' if sites > 1 else ''}密码错误 {tries} 次"
    return Phrase(f"somebody guesses its PIN: {english}", f"有人在猜密码：{chinese}")


def _lock_near(watched: WatchedTerminal, limits: LockLimits, _is_open: bool) -> Verdict:
    history = watched.events
    if history is None:
        return UNKNOWN
    wrong = history.marks(Kind.WRONG_PIN)
    if not wrong:
        return ABSENT if history.times else UNKNOWN
    return PRESENT if history.wrong_pin_run() >= limits.lock_limit - 1 else ABSENT


def _run_since(watched: WatchedTerminal, _limits: LockLimits) -> Instant:
    history = watched.events
    if history is None:
        return watched.watched_since
    return moment_of(history.marks(Kind.WRONG_PIN).since(history.last_approved), history.now)


def _say_lock_near(watched: WatchedTerminal, limits: LockLimits) -> Phrase:
    run = watched.events.wrong_pin_run() if watched.events else 0
    if run > limits.lock_limit:
        return Phrase(
            f"{run} wrong PINs in a row, and it is not locked: is its lock limit not {limits.lock_limit}?",
            f"连续 {run} 次密码错误，终端仍未锁定：锁定次数是否并非 {limits.lock_limit}？",
        )
    return Phrase(
        f"{run} wrong PINs in a row; the terminal locks itself at {limits.lock_limit}",
        f"连续 {run} 次密码错误；达到 {limits.lock_limit} 次终端将自锁",
    )


def _locked(watched: WatchedTerminal, _limits: NoLimits, _is_open: bool) -> Verdict:
    activity = watched.reading.activity if watched.reading else None
    if activity is None:
        return UNKNOWN
    return PRESENT if activity is Activity.LOCKED else ABSENT


def _say_locked(_watched: WatchedTerminal, _limits: NoLimits) -> Phrase:
    return Phrase("has locked itself and takes no payments", "已自锁，无法收款")


def _say_pin_data(watched: WatchedTerminal, limits: PinDataLimits) -> Phrase:
    marks = watched.events.marks(Kind.PIN_FAULT) if watched.events else ()
    count = len(latest(marks, limits.window_s)) if marks else 0
    length = span(limits.window_s)
    return Phrase(
        f"{count} PIN-data or key faults in {length.en}: the PIN cannot be read or encrypted",
        f"{length.zh}内密码数据或密钥故障 {count} 次：密码无法读取或加密",
    )


_failed_log_ins = counts(Kind.FAILED_LOG_IN)


def _log_ins_failed(watched: WatchedTerminal, limits: LogInLimits, is_open: bool) -> Verdict:
    if watched.events is None:
        return UNKNOWN
    newcomers = watched.events.marks(Kind.NEW_OPERATOR)
    failed = _failed_log_ins(watched, limits, is_open)
    if failed is PRESENT or not limits.new_operators:
        return failed
    if is_open:
        return lasting(watched, newcomers, limits.window_s)
    met = newcomers.first_met(limits.window_s, lambda window: len(window) >= limits.new_operators)
    return PRESENT if met else ABSENT


def _log_ins_since(watched: WatchedTerminal, limits: LogInLimits) -> Instant:
    history = watched.events
    if history is None:
        return watched.watched_since
    failed = latest(history.marks(Kind.FAILED_LOG_IN), limits.window_s)
    return moment_of(failed or latest(history.marks(Kind.NEW_OPERATOR), limits.window_s), history.now)


def _say_log_ins(watched: WatchedTerminal, limits: LogInLimits) -> Phrase:
    history = watched.events
    failed = latest(history.marks(Kind.FAILED_LOG_IN), limits.window_s) if history else ()
    newcomers = latest(history.marks(Kind.NEW_OPERATOR), limits.window_s) if history else ()
    length = span(limits.window_s)
    english = f"{len(failed)} failed operator log-ins in {length.en}"
    chinese = f"{length.zh}内操作员登录失败 {len(failed)} 次"
    if not newcomers:
        return Phrase(english, chinese)
    names = " ".join(dict.fromkeys(str(operator) for _, operator in newcomers))
    return Phrase(f"{english}; operators never seen here: {names}", f"{chinese}；未见过的操作员：{names}")


PIN: tuple[Detector, ...] = (
    Detector(
        alertname="TerminalLocked",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SHOP,
        basis=Basis.READING,
        judge=_locked,
        summary=_say_locked,
        impairs=True,
    ),
    Detector(
        alertname="PinFailuresOnTerminal",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        basis=Basis.EVENTS,
        judge=guessed_on_terminal,
        summary=say_guessing,
        limits=TerminalPinLimits(),
        began=guessing_since,
    ),
    Detector(
        alertname="PinFailuresOnCard",
        category=Category.SECURITY,
        severity=Severity.INFO,
        owner=Owner.SHOP,
        subjects=(CARD,),
        basis=Basis.EVENTS,
        judge=_guessed_on_card,
        summary=_say_card,
        limits=CardPinLimits(),
        began=_card_since,
    ),
    Detector(
        alertname="PinFailuresAcrossTerminals",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        subjects=(CARD,),
        basis=Basis.EVENTS,
        judge=_guessed_across,
        summary=_say_across,
        limits=CardTravelLimits(),
        began=_card_across_since,
    ),
    Detector(
        alertname=CARD_ATTACK,
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.SECURITY,
        subjects=(CARD,),
        basis=Basis.EVENTS,
        judge=_attacked,
        summary=_say_attack,
        limits=CardAttackLimits(),
        began=_attacked_since,
    ),
    Detector(
        alertname="PinLockImminent",
        category=Category.SECURITY,
        severity=Severity.INFO,
        owner=Owner.SHOP,
        basis=Basis.EVENTS,
        judge=_lock_near,
        summary=_say_lock_near,
        limits=LockLimits(),
        began=_run_since,
        replaced_by="TerminalLocked",
    ),
    Detector(
        alertname="PinDataFault",
        category=Category.SECURITY,
        severity=Severity.CRITICAL,
        owner=Owner.FIELD,
        basis=Basis.EVENTS,
        judge=counts(Kind.PIN_FAULT),
        summary=_say_pin_data,
        limits=PinDataLimits(),
        began=first_mark(Kind.PIN_FAULT),
    ),
    Detector(
        alertname="OperatorLoginFailures",
        category=Category.SECURITY,
        severity=Severity.WARNING,
        owner=Owner.SECURITY,
        basis=Basis.EVENTS,
        judge=_log_ins_failed,
        summary=_say_log_ins,
        limits=LogInLimits(),
        began=_log_ins_since,
    ),
)
