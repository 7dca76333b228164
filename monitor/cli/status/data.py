"""`posmon status` for programs: JSON and CSV in the shape that is promised."""

import msgspec

from monitor.cli.output.json_csv import csv_of, json_of
from monitor.cli.output.text import inert
from monitor.cli.status.fleet_query import FleetOverview, counted
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.heartbeat.reading import PrinterStatus, RegistrationStatus
from monitor.views.documents import Summary


class StatusRow(msgspec.Struct, kw_only=True):
    """One terminal; the fields of TerminalRow that scripts may rely on."""

    terminal_id: str
    site: str
    health: Health
    connectivity: Connectivity
    battery_percent: float | None
    printer: PrinterStatus | None
    registration: RegistrationStatus | None
    last_heartbeat_at: str | None
    alerts: list[str]


class StatusData(msgspec.Struct, kw_only=True):
    """`summary` counts the terminals listed."""

    summary: Summary
    terminals: list[StatusRow]


def status_json(overview: FleetOverview) -> bytes:
    """Return one JSON object, indented."""
    rows = [msgspec.convert(row, StatusRow, from_attributes=True) for row in overview.rows]
    return json_of(StatusData(summary=counted(overview.rows), terminals=rows))


def status_csv(overview: FleetOverview) -> bytes:
    """Return a header and one line per terminal; alerts are separated by spaces."""
    names = StatusRow.__struct_fields__
    rows = ([_cell(getattr(row, name)) for name in names] for row in overview.rows)
    return csv_of([names, *rows])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(inert, value))
    return f"{value:g}" if isinstance(value, float) else inert(str(value))
