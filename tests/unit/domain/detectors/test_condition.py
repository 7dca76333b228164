from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.condition import CertificateLimits, HeatLimits
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.polling.poll_result import CertificatePeriod
from tests.scenes import START, Scene, reading, result, terminal
from tests.unit.domain.detectors.judging import summary, verdict, watched

DAY_S = 86_400.0


@pytest.mark.parametrize(
    ("sentence", "said", "expected"),
    [
        ("says nothing", None, "unknown"),
        ("says nothing of the outcome", {}, "unknown"),
        ("passed", {"status": "ok"}, "absent"),
        ("passed, and names no part", {"status": "ok", "failed": []}, "absent"),
        ("failed", {"status": "failed"}, "present"),
        ("names a part", {"failed": ["printer"]}, "present"),
        ("a named part outweighs the word", {"status": "ok", "failed": ["printer"]}, "present"),
    ],
)
def test_self_test(sentence: str, said: dict[str, Any] | None, expected: str) -> None:
    """SelfTestFailed believes the terminal, and of two things that it says the worse."""
    assert verdict("SelfTestFailed", watched({"self_test": said})) is Verdict(expected), sentence


def test_a_failed_test_names_its_parts() -> None:
    """As the terminal calls them."""
    one = watched({"self_test": {"status": "failed", "failed": ["printer", "memory"]}})
    assert summary("SelfTestFailed", one) == "the terminal's test of itself has failed: printer, memory"
    assert summary("SelfTestFailed", watched()) == "the terminal's test of itself has failed"


@pytest.mark.parametrize(
    ("sentence", "celsius", "is_open", "expected"),
    [
        ("says nothing", None, True, "unknown"),
        ("warm is not hot", 59.9, False, "absent"),
        ("sixty is", 60, False, "present"),
        ("over fifty-five keeps it open", 55.1, True, "present"),
        ("fifty-five clears it", 55, True, "absent"),
    ],
)
def test_heat(sentence: str, celsius: float | None, *, is_open: bool, expected: str) -> None:
    """TerminalOverheating opens at 60 degrees and clears at 55."""
    one = watched({"temperature_celsius": celsius})
    assert verdict("TerminalOverheating", one, is_open=is_open) is Verdict(expected), sentence


def test_heat_limits_can_be_set() -> None:
    """Some models bear more."""
    one = watched({"temperature_celsius": 66.5})
    limits = HeatLimits(at_least=70, clear_at=65)
    assert verdict("TerminalOverheating", one, limits=limits) is Verdict.ABSENT
    assert verdict("TerminalOverheating", one, limits=limits, is_open=True) is Verdict.PRESENT
    assert summary("TerminalOverheating", one) == "the terminal is at 66.5 °C"
    assert summary("TerminalOverheating", watched()) == "the terminal is too hot"


def showing(days_left: float, *, of_days: float = 365, scheme: str = "https") -> WatchedTerminal:
    """Return a terminal whose certificate ends in so many days, of those for which it was issued."""
    one = watched({}, endpoint=f"{scheme}://192.0.2.1/")
    ends = START.wall + days_left * DAY_S
    one.certificate = CertificatePeriod(ends - of_days * DAY_S, ends)
    return one


@pytest.mark.parametrize(
    ("sentence", "one", "expected"),
    [
        ("none seen yet", watched({}, endpoint="https://192.0.2.1/"), "unknown"),
        ("two weeks are time enough", showing(14), "absent"),
        ("less is not", showing(13.9), "present"),
        ("it has ended", showing(-1), "present"),
        ("of a terminal of Adyen in the local network", showing(1, scheme="nexo+https"), "present"),
        ("a certificate of a week with three days left", showing(3, of_days=7), "absent"),
        ("a certificate of a week with two days left", showing(2, of_days=7), "present"),
        ("the endpoint is not asked over TLS any more", showing(1, scheme="http"), "absent"),
    ],
)
def test_certificate(sentence: str, one: WatchedTerminal, expected: str) -> None:
    """CertificateExpiring warns two weeks before the end, of a short certificate in its last third."""
    assert verdict("CertificateExpiring", one) is Verdict(expected), sentence


def test_certificate_limits_can_be_set() -> None:
    """Where technicians come once a month."""
    limits = CertificateLimits(within_s=40 * DAY_S)
    assert verdict("CertificateExpiring", showing(39), limits=limits) is Verdict.PRESENT
    told = summary("CertificateExpiring", showing(10))
    assert told == "the terminal's TLS certificate ends in 10 days, on 2026-12-01"
    assert summary("CertificateExpiring", watched()) == "the terminal's TLS certificate ends soon"


def test_a_certificate_grows_old_while_its_connection_is_kept() -> None:
    """No poll brings anything new; the next round sees it, and a new connection ends it."""
    scene = Scene([terminal(1, endpoint="https://192.0.2.1/")])
    ends = scene.now.wall + 14 * DAY_S + 30
    year = CertificatePeriod(ends - 365 * DAY_S, ends)
    scene.accept(result(reading())._replace(certificate=year))
    assert not scene.open()
    for _ in range(25):
        scene.pass_(30)
        scene.poll()
        scene.tick()
    assert ("CertificateExpiring", "10000001") in scene.firing()
    scene.accept(result(reading())._replace(certificate=CertificatePeriod(ends, ends + 365 * DAY_S)))
    assert not scene.open()
