import pytest

from monitor.cli.alerts.question import AlertAnswer
from monitor.domain.alerts.alert import AlertState, Severity
from monitor.views.documents import AlertDocument
from tests.documents import alert, status_document, summary_of

STATUS = status_document(summary_of([]))


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([], 0),
        ([alert("PaperLow", Severity.WARNING)], 1),
        ([alert("PaperLow", Severity.WARNING), alert("PaperOut")], 2),
        ([alert("PaperOut", state=AlertState.PENDING)], 0),
    ],
)
def test_the_worst_that_fires_decides(found: list[AlertDocument], code: int) -> None:
    """What is not confirmed does not count."""
    assert AlertAnswer(found, STATUS).exit_code == code


def test_a_daemon_that_starts_cannot_tell() -> None:
    """Nothing found means nothing then."""
    assert AlertAnswer([], status_document(summary_of([]), ready=False)).exit_code == 3
