import csv
import io
import json

from monitor.cli.status.data import StatusRow, status_csv, status_json
from monitor.cli.status.fleet_query import FleetOverview, Selection
from monitor.domain.fleet.health import Health
from tests.documents import row, site_outage, status_document, summary_of

ROWS = [
    row("10000001", Health.CRITICAL, alerts=["PaperOut", "BatteryLow"], why="printer: paper out"),
    row("10000002", battery_percent=None, site="=SUM(1)"),
]
OVERVIEW = FleetOverview(
    selection=Selection(),
    status=status_document(summary_of(ROWS)),
    summary=summary_of(ROWS),
    outages=[site_outage("Berlin 007")],
    rows=ROWS,
    unknown_ids=("7",),
)


def test_json_has_the_promised_fields() -> None:
    """A summary of the terminals that are listed, and of each the fields that scripts may rely on."""
    document = json.loads(status_json(OVERVIEW))
    assert document.keys() == {"summary", "terminals"}
    assert document["summary"] == {"ok": 1, "warning": 0, "critical": 1, "unknown": 0}
    assert [one.keys() for one in document["terminals"]] == [set(StatusRow.__struct_fields__)] * 2
    assert document["terminals"][0]["alerts"] == ["PaperOut", "BatteryLow"]
    assert document["terminals"][1]["battery_percent"] is None


def test_csv_has_a_line_for_each_terminal() -> None:
    """Several alerts stand in one cell, what is unknown is empty, and no cell is a formula."""
    first, second = csv.DictReader(io.StringIO(status_csv(OVERVIEW).decode()))
    assert (first["terminal_id"], first["health"], first["alerts"]) == (
        "10000001",
        "critical",
        "PaperOut BatteryLow",
    )
    assert (second["battery_percent"], second["site"]) == ("", "'=SUM(1)")
