"""May the terminal take payments at all."""

from dataclasses import dataclass
from operator import attrgetter

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.calendars.trading_days import trading_time_s
from monitor.domain.detectors.ages import heard_at, moment_of_ours, span_since
from monitor.domain.detectors.component_judges import says, shows
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import RegistrationStatus

_part = attrgetter("registration")
_say = says(Phrase("registration with the host", "在主机的登记"), _part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLimits:
    """So long without a settlement, days on which the shop stays closed not counted (unsourced)."""

    over_s: float = 30 * 3600.0


def _settlement_overdue(terminal: WatchedTerminal, limits: SettlementLimits, _is_open: bool) -> Verdict:
    settled_at = moment_of_ours(terminal, terminal.reading.settled_at if terminal.reading else None)
    if settled_at is None:
        return UNKNOWN
    now = heard_at(terminal).wall
    if now - settled_at <= limits.over_s:
        return ABSENT
    return PRESENT if trading_time_s(settled_at, now, terminal.trading_hours) > limits.over_s else ABSENT


def _say_settlement(terminal: WatchedTerminal, _limits: SettlementLimits) -> Phrase:
    settled_at = moment_of_ours(terminal, terminal.reading.settled_at if terminal.reading else None)
    if settled_at is None:
        return Phrase("no settlement for too long", "长时间未结算")
    ago = span_since(settled_at, heard_at(terminal).wall)
    return Phrase(f"last settled {ago.en} ago", f"上次结算在 {ago.zh}前")


REGISTRATION: tuple[Detector, ...] = (
    Detector(
        alertname="RegistrationLost",
        category=Category.REGISTRATION,
        severity=Severity.CRITICAL,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="registration",
        component="registration",
        judge=shows(_part, RegistrationStatus.UNREGISTERED, RegistrationStatus.SUSPENDED),
        summary=_say,
        for_s=60,
        impairs=True,
    ),
    Detector(
        alertname="RegistrationPending",
        category=Category.REGISTRATION,
        severity=Severity.WARNING,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="registration",
        component="registration",
        judge=shows(_part, RegistrationStatus.PENDING),
        summary=_say,
        for_s=24 * 3600,
        impairs=True,
    ),
    Detector(
        alertname="SettlementOverdue",
        category=Category.REGISTRATION,
        severity=Severity.WARNING,
        owner=Owner.ACQUIRER,
        basis=Basis.AGE,
        part="settled_at",
        judge=_settlement_overdue,
        summary=_say_settlement,
        for_s=3600,
        limits=SettlementLimits(),
    ),
)
