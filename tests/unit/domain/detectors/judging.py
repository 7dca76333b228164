"""Asking one detector for its verdict, without a life cycle around it."""

from typing import Any

from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import START, reading, result, terminal

_BY_NAME = {detector.alertname: detector for detector in DETECTORS}


def detector_of(alertname: str) -> Detector:
    """Return the detector that opens an alert."""
    return _BY_NAME[alertname]


def watched(*documents: dict[str, Any] | None, every_s: float = 30.0, **row: Any) -> WatchedTerminal:
    """Return a terminal that answered with these documents, one each `every_s`; None is a failed poll."""
    described = terminal(**row)
    one = WatchedTerminal(described, rules=RuleBook().for_terminal(described), now=START)
    for number, document in enumerate(documents):
        poll = result(None if document is None else reading(**document), Outcome.TIMEOUT)
        one.absorb(poll, START.ago(-every_s * number), clock_skew_s=None, steady=True)
    return one


def verdict(alertname: str, subject: object, *, is_open: bool = False, limits: Any = None) -> Verdict:
    """Return what a detector says of a subject under its default or these limits."""
    detector = detector_of(alertname)
    return detector.judge(subject, limits or detector.limits, is_open)


def summary(alertname: str, subject: object, limits: Any = None) -> str:
    """Return what a detector says in words."""
    detector = detector_of(alertname)
    return detector.summary(subject, limits or detector.limits).en
