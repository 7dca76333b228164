from monitor.cli.admin.inventory_import import rows_of
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.terminal import FIELDS
from monitor.domain.sources.report import TerminalReport


def test_a_row_has_what_the_source_says() -> None:
    """Ids that no terminal may have leave the column empty; the endpoint has them all the same."""
    reading = Reading(terminal_id="", model="N910", serial_number="S1")
    reports = [TerminalReport("tmr b", reading), TerminalReport("tmr_a", reading)]
    first, second = (dict(zip(FIELDS, row, strict=True)) for row in rows_of("readers", reports))
    assert (first["terminal_id"], first["endpoint"], first["model"]) == ("", "readers:tmr b", "N910")
    assert (second["terminal_id"], second["endpoint"]) == ("tmr_a", "readers:tmr_a")
    assert second["serial_number"] == "S1"
