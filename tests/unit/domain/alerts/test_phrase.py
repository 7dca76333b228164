"""Every detector speaks both languages."""

import re

import pytest

from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.phrase import OUTCOMES_ZH, Phrase, span, status_phrase
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.heartbeat.reading import ComponentStatus, PinPadStatus, PrinterStatus, RegistrationStatus
from monitor.domain.polling.poll_result import Outcome
from tests.fleets import make_fleet

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "detector", [one for one in DETECTORS if one.is_about(TERMINAL)], ids=lambda one: one.alertname
)
def test_summaries_are_in_both_languages(detector: Detector) -> None:
    """What a terminal's alert says has no Chinese in its English, and Chinese in its Chinese."""
    living = make_fleet(1)
    living.hear("10000000", battery={"percent": 5}, printer={"status": "ok"}, unsent_transactions=30)
    says = detector.summary(living.watched("10000000"), detector.limits)
    assert says.en
    assert not _CHINESE.search(says.en)
    assert _CHINESE.search(says.zh)


def test_every_status_and_outcome_has_chinese_words() -> None:
    """A word that the contract knows is never missing where an alert is written."""
    assert OUTCOMES_ZH.keys() == set(Outcome)
    for kind in (PrinterStatus, RegistrationStatus, PinPadStatus, ComponentStatus):
        for status in kind:
            assert _CHINESE.search(status_phrase(Phrase("part", "部件"), status).zh.removeprefix("部件"))
    assert status_phrase(Phrase("part", "部件"), None) == ("part: unknown", "部件\N{FULLWIDTH COLON}未知")


def test_spans_in_words() -> None:
    """Short windows are told in minutes, long ones in hours."""
    assert span(600) == ("10 minutes", "10 分钟")
    assert span(24 * 3600) == ("24 hours", "24 小时")
