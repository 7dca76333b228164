"""Which alerts a recording of polls can raise again."""

from monitor.domain.alerts.alert import Category
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.subjects import FLEET, REGION, SITE, TERMINAL
from monitor.domain.detectors.table import DETECTORS

_OF_POLLS = frozenset({TERMINAL, SITE, REGION, FLEET})


def is_testable(row: Detector) -> bool:
    """Tell whether an alert follows from polls alone: not from events, and not from posmon's own state."""
    is_of_polls = row.basis is not Basis.EVENTS and row.category is not Category.POSMON
    return is_of_polls and not _OF_POLLS.isdisjoint(row.subjects)


TESTABLE = frozenset(row.alertname for row in DETECTORS if is_testable(row))
NOT_TESTABLE = tuple(row.alertname for row in DETECTORS if row.alertname not in TESTABLE)
"""The alerts that a backtest leaves out, in the order of the table."""
