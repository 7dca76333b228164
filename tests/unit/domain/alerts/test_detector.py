from dataclasses import replace

import pytest

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT
from monitor.domain.alerts.phrase import Phrase


def row(basis: Basis) -> Detector:
    """Return a row of the table with as little as it needs."""
    return Detector(
        alertname="LidOpen",
        category=Category.DEVICE,
        severity=Severity.WARNING,
        owner=Owner.FIELD,
        basis=basis,
        judge=lambda _subject, _limits, _is_open: ABSENT,
        summary=lambda _subject, _limits: Phrase("lid open", "盖板打开"),
    )


def test_a_row_is_about_terminals_unless_it_says_otherwise() -> None:
    """Most are, and need not say so; another kind takes its place."""
    assert row(Basis.READING).is_about("terminal")
    other = replace(row(Basis.EVENTS), subjects=("card", "source"))
    assert (other.is_about("source"), other.is_about("terminal")) == (True, False)


@pytest.mark.parametrize("basis", list(Basis))
def test_alerts_of_events_clear_by_time(basis: Basis) -> None:
    """Nothing tells that no more events come: only theirs are evaluated again without news."""
    assert row(basis).clears_by_time is (basis is Basis.EVENTS)
