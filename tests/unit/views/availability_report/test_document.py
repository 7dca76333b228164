import msgspec

from monitor.views.availability_report.document import report_document
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.views.chunked_work import at_once
from tests.reports import DAY_S, QUERY, ROWS, summary


def documented() -> AvailabilityReportDocument:
    """Return the report of the tests as a document."""
    return at_once(report_document(QUERY, ROWS, summary(), now=QUERY.until + 5.0))


def test_a_row_has_the_figures_and_the_seconds_they_are_made_of() -> None:
    """By the names that the interface promises; what cannot be said is null."""
    written = msgspec.to_builtins(documented())
    none, shop, known, nothing = written["rows"]
    assert list(shop["seconds"]) == ["unmonitored", "unknown", "closed", "planned", "down", "impaired", "up"]
    judged = shop["seconds"]["down"] + shop["seconds"]["impaired"] + shop["seconds"]["up"]
    assert shop["availability"] == 1 - 3600 / judged
    assert shop["service_level"] == 9 * DAY_S / judged
    assert shop["mttr_seconds"] == {"mean": 900.0, "median": 90.0, "p90": 600.0}
    assert (shop["outages"], shop["mtta_seconds"], shop["mtbf_seconds"]) == (4, 61.5, (9 * DAY_S + 600) / 4)
    low, high = known["availability_bounds"]
    assert low < known["availability"] < high
    assert (nothing["availability"], nothing["availability_bounds"], nothing["mtbf_seconds"]) == (None,) * 3
    assert none["mttr_seconds"] == {"mean": None, "median": None, "p90": None}


def test_the_report_says_its_period_and_what_it_is_made_of() -> None:
    """A report that is kept can be understood later."""
    written = msgspec.to_builtins(documented())
    assert (written["from"], written["to"]) == ("2026-10-22T01:00:00.000Z", "2026-11-21T01:00:00.000Z")
    assert (written["by"], written["timezone"], written["unreadable_rows"]) == ("site", "UTC", 1)
    assert written["generated_at"] == "2026-11-21T01:00:05.000Z"
    assert written["history_begins"] == "2026-10-21T01:00:00.000Z"
    (late,) = written["late_windows"]
    assert (late["name"], late["by"], late["declared_at"]) == ("roll-out", "ann", "2026-10-22T03:30:00.000Z")
    assert [cause["cause"] for cause in written["by_cause"]] == ["network", "PaperOut", ""]
