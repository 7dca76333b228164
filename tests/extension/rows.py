"""Three detectors: one of events, one of a reading, one of a group that posmon does not know."""

from dataclasses import dataclass

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.window_judges import counts, first_mark
from monitor.domain.events.terminal_history import Kind
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLimits:
    """So many failed log-ins."""

    count: int = bounded(2, least=1, greatest=10)
    window_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FullLimits:
    """Per cent of charge from which a battery is full."""

    at_least: float = bounded(95.0, least=50, greatest=100)


def _full(terminal: WatchedTerminal, limits: FullLimits, _is_open: bool) -> Verdict:
    percent = terminal.reading.battery_percent if terminal.reading else None
    if percent is None:
        return UNKNOWN
    return PRESENT if percent >= limits.at_least else ABSENT


def _say_full(_terminal: WatchedTerminal, limits: FullLimits) -> Phrase:
    return Phrase(f"battery at {limits.at_least:g} % or more", f"电量达到 {limits.at_least:g}%")


def _say_refused(_terminal: WatchedTerminal, limits: RefusedLimits) -> Phrase:
    return Phrase(f"{limits.count} or more log-ins refused", f"登录被拒 {limits.count} 次以上")


def _dark(merchant: Outage, _limits: NoLimits, _is_open: bool) -> Verdict:
    return PRESENT if merchant.down >= 2 and merchant.share >= 0.5 else ABSENT


def _dark_since(merchant: Outage, _limits: NoLimits) -> Instant:
    return merchant.began(0.5, at_least=2)


def _say_dark(merchant: Outage, _limits: NoLimits) -> Phrase:
    down, members = merchant.down, len(merchant.members)
    return Phrase(f"{down} of {members} terminals are dark", f"{members} 台终端中有 {down} 台失联")


LOG_IN_REFUSED = Detector(
    alertname="LogInRefused",
    category=Category.SECURITY,
    severity=Severity.CRITICAL,
    owner=Owner.SECURITY,
    basis=Basis.EVENTS,
    judge=counts(Kind.FAILED_LOG_IN),
    summary=_say_refused,
    limits=RefusedLimits(),
    began=first_mark(Kind.FAILED_LOG_IN),
    component="display",
)
BATTERY_FULL = Detector(
    alertname="BatteryFull",
    category=Category.POWER,
    severity=Severity.WARNING,
    owner=Owner.SHOP,
    basis=Basis.READING,
    part="battery",
    component="battery",
    judge=_full,
    summary=_say_full,
    limits=FullLimits(),
)
MERCHANT_DARK = Detector(
    alertname="MerchantDark",
    category=Category.CONNECTIVITY,
    severity=Severity.CRITICAL,
    subjects=("merchant",),
    owner=Owner.NETWORK,
    basis=Basis.POLL,
    judge=_dark,
    summary=_say_dark,
    began=_dark_since,
    is_outage=True,
    yields_to_outage=True,
)
ROWS = (LOG_IN_REFUSED, BATTERY_FULL, MERCHANT_DARK)
