from io import StringIO

import msgspec
from rich.console import Console

from monitor.cli.status.fleet_query import FleetOverview, Selection
from monitor.cli.status.table import status_table, symbol
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.inventory.terminal import InventoryStatus
from tests.documents import row, site_outage, status_document, summary_of
from tests.unit.cli.status.test_fleet_query import overview

OK, WARNING, CRITICAL, UNKNOWN = Health


def drawn(fetched: FleetOverview, *, width: int = 80, most: int | None = None) -> str:
    """Return the picture as text, without the spaces at line ends."""
    console = Console(file=StringIO(), width=width, color_system=None)
    with console.capture() as captured:
        console.print(status_table(fetched, console, most=most))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def of(*rows: object, **fields: object) -> FleetOverview:
    """Return an overview with these rows."""
    given = overview()
    return given._replace(rows=list(rows), summary=summary_of(rows), wanted=len(rows), **fields)  # type: ignore[arg-type]


def test_a_terminal_is_a_line() -> None:
    """With its components, how long ago it was heard, and its alerts."""
    picture = drawn(of(row("10000001", WARNING, alerts=["BatteryLow"], battery_percent=14.6)))
    assert "0 ok" in picture.splitlines()[0]
    assert "of 1 terminal" in picture.splitlines()[0]
    line = picture.splitlines()[3].split()
    assert line == ["10000001", "Berlin", "007", "warning", "15%", "ok", "yes", "12s", "BatteryLow"]


def test_a_narrow_screen_does_without_components() -> None:
    """Names, health and alerts stay."""
    picture = drawn(of(row("10000001", WARNING, alerts=["BatteryLow"])), width=60)
    assert "BATT" not in picture
    assert "BatteryLow" in picture


def test_a_wide_screen_says_why() -> None:
    """The reason of the worst alert stands behind its name."""
    wide = drawn(of(row("10000001", WARNING, alerts=["BatteryLow"], why="battery at 15 %")), width=140)
    assert "BatteryLow: battery at 15 %" in wide


def test_what_is_not_known_is_a_dash() -> None:
    """A terminal that never answered, one that is no longer asked."""
    unknown = dict.fromkeys(("battery_percent", "printer", "registration", "last_heartbeat_at"))
    never = row("1", UNKNOWN, connectivity=Connectivity.UNKNOWN, **unknown)
    spare = row("2", status=InventoryStatus.SPARE)
    lines = drawn(of(never, spare), width=140).splitlines()
    assert lines[3].split()[3:] == ["unknown", "-", "-", "-", "never", "no", "heartbeat", "yet"]
    assert lines[4].endswith("spare")


def test_outages_come_first_and_are_bounded() -> None:
    """Five of them, with the number of the others."""
    picture = drawn(of(row("1", CRITICAL), outages=[site_outage(f"shop {number}") for number in range(7)]))
    lines = picture.splitlines()[1:7]
    assert "Site offline: shop 0: 4 of 4 terminals of the site do not answer" in lines[0]
    assert "and 2 more" in lines[5]


def test_rows_that_are_left_out_are_counted() -> None:
    """And it says how to see them."""
    rows = [row(str(number), WARNING) for number in range(9)]
    assert "7 more like these; --all or -o csv lists every terminal." in drawn(of(*rows), most=2)


def test_a_fleet_without_terminals_says_why() -> None:
    """Starting, nothing in service, or nothing that matches."""
    starting = of(status=status_document(summary_of([]), ready=False))
    assert "posmon is starting" in drawn(starting)
    assert "No terminals are watched" in drawn(of())
    assert "No terminal matches." in drawn(of(selection=Selection(site=("x",))))


def test_signs_are_those_that_the_output_can_show() -> None:
    """ASCII where its encoding has no others."""

    class Narrow(StringIO):
        encoding = "ascii"

    assert symbol(OK, Console(file=Narrow())) == "+"
    assert symbol(CRITICAL, Console(file=Narrow())) == "x"


def test_a_name_moves_nothing_on_the_screen() -> None:
    """Whatever an inventory holds."""
    assert "\x1b" not in drawn(of(row("1", WARNING, site="\x1b[31m", alerts=["\x1b]0;x"])))


def test_a_closed_shop_is_told_in_a_word() -> None:
    """Its offline alert is not; what else is wrong is."""
    shut = row(
        "1", alerts=["TerminalOffline"], why="no heartbeat", expected_off_until="2026-11-22T00:15:00.000Z"
    )
    lines = drawn(of(shut, row("2", alerts=["TerminalOffline"])), width=140).splitlines()
    assert lines[3].endswith("closed")
    assert "TerminalOffline" not in lines[3]
    assert "TerminalOffline" in lines[4]
    tampered = msgspec.structs.replace(shut, alerts=["TerminalTampered", "TerminalOffline"], why="opened")
    assert "TerminalTampered, closed" in drawn(of(tampered), width=140)
