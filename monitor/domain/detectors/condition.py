"""In what condition is the device: its own tests, its temperature, its certificate."""

from dataclasses import dataclass
from typing import ClassVar

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector, NoLimits
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.ages import heard_at, span_since
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import SelfTestStatus
from monitor.domain.instant import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLimits:
    """Degrees Celsius: opens at `at_least`, clears at `clear_at` or below (unsourced)."""

    at_least: float = bounded(60.0, least=0, greatest=200)
    clear_at: float = bounded(55.0, least=0, greatest=200)

    RISING: ClassVar = (("clear_at", "at_least"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLimits:
    """So long before the certificate ends, but never before the last third of the time for which it holds.

    A certificate of a few days is renewed in its last days, and that is no alert (unsourced).
    """

    within_s: float = 14 * 86400.0


_LAST_PART = 1 / 3
_OVER_TLS = frozenset({"https", "nexo+https"})
"""The schemes of endpoints that show a certificate."""


def _self_test(terminal: WatchedTerminal, _limits: NoLimits, _is_open: bool) -> Verdict:
    test = terminal.reading.self_test if terminal.reading else None
    if test is None:
        return UNKNOWN
    if test.failed or test.status is SelfTestStatus.FAILED:
        return PRESENT
    return ABSENT if test.status is SelfTestStatus.OK else UNKNOWN


def _say_self_test(terminal: WatchedTerminal, _limits: NoLimits) -> Phrase:
    test = terminal.reading.self_test if terminal.reading else None
    if test is None or not test.failed:
        return Phrase("the terminal's test of itself has failed", "终端自检未通过")
    return Phrase(
        f"the terminal's test of itself has failed: {', '.join(test.failed)}",
        f"终端自检未通过：{'、'.join(test.failed)}",
    )


def _overheating(terminal: WatchedTerminal, limits: HeatLimits, is_open: bool) -> Verdict:
    celsius = terminal.reading.temperature_celsius if terminal.reading else None
    if celsius is None:
        return UNKNOWN
    is_hot = celsius > limits.clear_at if is_open else celsius >= limits.at_least
    return PRESENT if is_hot else ABSENT


def _say_heat(terminal: WatchedTerminal, _limits: HeatLimits) -> Phrase:
    celsius = terminal.reading.temperature_celsius if terminal.reading else None
    if celsius is None:
        return Phrase("the terminal is too hot", "终端温度过高")
    return Phrase(f"the terminal is at {celsius:g} °C", f"终端温度 {celsius:g} °C")


def _certificate_expiring(terminal: WatchedTerminal, limits: CertificateLimits, _is_open: bool) -> Verdict:
    certificate = terminal.certificate
    if terminal.terminal.endpoint.partition(":")[0] not in _OVER_TLS:
        return ABSENT
    if certificate is None:
        return UNKNOWN
    within_s = min(limits.within_s, _LAST_PART * (certificate.ends - certificate.begins))
    return PRESENT if certificate.ends - heard_at(terminal).wall < within_s else ABSENT


def _say_certificate(terminal: WatchedTerminal, _limits: CertificateLimits) -> Phrase:
    if terminal.certificate is None:
        return Phrase("the terminal's TLS certificate ends soon", "终端 TLS 证书即将到期")
    ends, left = terminal.certificate.ends, span_since(heard_at(terminal).wall, terminal.certificate.ends)
    return Phrase(
        f"the terminal's TLS certificate ends in {left.en}, on {rfc3339(ends)[:10]}",
        f"终端 TLS 证书将在 {left.zh}后到期（{rfc3339(ends)[:10]}）",
    )


CONDITION: tuple[Detector, ...] = (
    Detector(
        alertname="SelfTestFailed",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.READING,
        part="self_test",
        judge=_self_test,
        summary=_say_self_test,
        for_s=300,
    ),
    Detector(
        alertname="TerminalOverheating",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="temperature_celsius",
        judge=_overheating,
        summary=_say_heat,
        for_s=600,
        limits=HeatLimits(),
    ),
    Detector(
        alertname="CertificateExpiring",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=Basis.AGE,
        judge=_certificate_expiring,
        summary=_say_certificate,
        limits=CertificateLimits(),
    ),
)
