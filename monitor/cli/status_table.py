"""`posmon status` for people: a summary, outages, and a table of terminals."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.overview import Overview, total
from monitor.cli.screen import can_show
from monitor.cli.wording import age, inert, words
from monitor.domain.alert import AlertState
from monitor.domain.health import Connectivity, Health
from monitor.domain.instant import parse_rfc3339
from monitor.domain.reading import RegistrationStatus
from monitor.domain.terminal import InventoryStatus
from monitor.views.documents import TerminalRow

STYLES = {
    Health.OK: "green",
    Health.WARNING: "yellow",
    Health.CRITICAL: "bold red",
    Health.UNKNOWN: "magenta",
}
_SYMBOLS = {Health.OK: "✓", Health.WARNING: "!", Health.CRITICAL: "✗", Health.UNKNOWN: "?"}
_ASCII_SYMBOLS = {Health.OK: "+", Health.WARNING: "!", Health.CRITICAL: "x", Health.UNKNOWN: "?"}
_REGISTERED = {
    RegistrationStatus.REGISTERED: "yes",
    RegistrationStatus.PENDING: "pending",
    RegistrationStatus.UNREGISTERED: "no",
    RegistrationStatus.SUSPENDED: "suspended",
}
_OUTAGE_HEADS = {"FleetUnreachable": "Fleet unreachable", "SiteOffline": "Site offline"}
_OUTAGES = 5
MOST = 200
_WIDE = 110


class _Column(NamedTuple):
    heading: str
    justify: Literal["left", "right"] = "left"
    from_width: int = 0
    """A narrower screen does without."""


_COLUMNS = (
    _Column("TERMINAL"),
    _Column("SITE"),
    _Column("HEALTH"),
    _Column("BATT", "right", from_width=76),
    _Column("PRINTER", from_width=76),
    _Column("REG.", from_width=76),
    _Column("HEARD", "right"),
    _Column("ALERTS"),
)
_ALERTS, _ALERTS_WIDE = 18, 46
_NARROWEST, _WIDEST = 12, 32


def status_table(overview: Overview, console: Console, *, most: int | None = None) -> RenderableType:
    """Return the whole picture, for the width of `console`, with at most so many terminals.

    When only those that need attention are shown, it is MOST at most: in a large outage nobody reads on.
    """
    if overview.selection.attention_only:
        most = MOST if most is None else min(most, MOST)
    shown = overview.rows[:most]
    parts: list[RenderableType] = [_summary(overview, console)]
    parts += _outages(overview, console)
    if shown:
        parts += ["", _table(shown, overview, console)]
    parts += _remarks(overview, left_out=len(overview.rows) - len(shown))
    return Group(*parts)


def symbol(health: Health, console: Console) -> str:
    """Return the sign that stands for a health where there is no colour; every one is one cell wide."""
    return (_SYMBOLS if can_show(console, "".join(_SYMBOLS.values())) else _ASCII_SYMBOLS)[health]


def _summary(overview: Overview, console: Console) -> Text:
    line = Text()
    for health in Health:
        count = getattr(overview.summary, health)
        line.append(f"{symbol(health, console)} {count} {health}", style=STYLES[health] if count else "dim")
        line.append("   ")
    line.append(_scope(overview))
    return line


def _scope(overview: Overview) -> str:
    chosen = overview.selection
    places = [inert(place) for place in (*chosen.site, *chosen.region)]
    of = f"{total(overview.summary)} terminal{'' if total(overview.summary) == 1 else 's'}"
    return f"of {of} in {', '.join(places)}" if places else f"of {of}"


def _outages(overview: Overview, console: Console) -> Iterator[Text]:
    for outage in overview.outages[:_OUTAGES]:
        is_sure = outage.state is AlertState.FIRING
        health = Health.CRITICAL if is_sure else Health.WARNING
        head = _OUTAGE_HEADS.get(outage.alertname, outage.alertname) + ("" if is_sure else " (suspected)")
        said = outage.annotations.get("summary", outage.labels.get("site", ""))
        yield Text(inert(f"{symbol(health, console)} {head}: {said}"), style=STYLES[health])
    if len(overview.outages) > _OUTAGES:
        yield Text(f"  and {len(overview.outages) - _OUTAGES} more; `posmon alerts` shows them", style="dim")


def _remarks(overview: Overview, *, left_out: int) -> Iterator[Text]:
    status, is_partial = overview.status, overview.selection.attention_only
    if total(overview.summary) == 0:
        yield Text(_nothing(overview))
    elif not overview.rows:
        yield Text("No terminal needs attention." if is_partial else "None of these.")
    elif left_out:
        yield Text(f"\n{left_out:,} more like these; --all or -o csv lists every terminal.", style="dim")
    elif is_partial and overview.summary.ok:
        yield Text(f"\n{overview.summary.ok:,} more are ok; --all shows them.", style="dim")
    if not status.last_reload.successful and status.last_reload.attempted_at:
        yield Text(
            "The last reload failed; what was in force before stays. `posmon config check` and "
            "`posmon inventory check` name every fault.",
            style="yellow",
        )


def _nothing(overview: Overview) -> str:
    if not overview.selection.is_whole_fleet:
        return "No terminal matches."
    if not overview.status.ready:
        return "posmon is starting and has not read its inventory yet."
    return "No terminals are watched: the inventory has none that is in service and has an endpoint."


def _table(shown: Sequence[TerminalRow], overview: Overview, console: Console) -> Table:
    is_wide = console.width >= _WIDE
    gap = 2 if is_wide else 1
    now = parse_rfc3339(overview.status.now)
    rows = [[*_cells(row, now), _alerts(row, with_why=is_wide)] for row in shown]
    columns = [number for number, column in enumerate(_COLUMNS) if console.width >= column.from_width]
    widths = [
        max(cell_len(_COLUMNS[number].heading), *(cells[number].cell_len for cells in rows))
        for number in columns
    ]
    # Whatever room there is goes to the last column, once names and sites have what they need.
    taken = (
        sum(widths[2:-1]) + gap * (len(widths) - 1) + min(widths[-1], _ALERTS_WIDE if is_wide else _ALERTS)
    )
    widths[0] = _fit(widths[0], (console.width - taken) // 2)
    widths[1] = _fit(widths[1], console.width - taken - widths[0])
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for number, width in zip(columns[:-1], widths, strict=False):
        column = _COLUMNS[number]
        table.add_column(column.heading, overflow="fold", width=width, justify=column.justify)
    table.add_column(_COLUMNS[-1].heading, overflow="fold")
    for cells in rows:
        table.add_row(*(cells[number] for number in columns))
    return table


def _fit(wanted: int, room: int) -> int:
    return min(wanted, max(_NARROWEST, min(room, _WIDEST)))


def _cells(row: TerminalRow, now: float | None) -> Iterator[Text]:
    yield Text(inert(row.terminal_id))
    yield Text(inert(row.site))
    yield Text(row.health.value, style=STYLES[row.health])
    # What an offline terminal said last may not be so any more.
    style = "" if row.connectivity is Connectivity.ONLINE else "dim"
    percent = row.battery_percent
    yield Text("-" if percent is None else f"{percent:.0f}%", style=style)
    yield Text("-" if row.printer is None else words(row.printer), style=style)
    yield Text("-" if row.registration is None else _REGISTERED[row.registration], style=style)
    yield Text(_heard(row, now))


def _heard(row: TerminalRow, now: float | None) -> str:
    at = parse_rfc3339(row.last_heartbeat_at) if row.last_heartbeat_at else None
    return "never" if at is None or now is None else age(now - at)


def _alerts(row: TerminalRow, *, with_why: bool) -> Text:
    parts = [Text(", ".join(map(inert, row.alerts)))]
    if row.pending:
        parts.append(Text(f"perhaps {', '.join(map(inert, row.pending))}", style="dim"))
    if row.status is not InventoryStatus.IN_SERVICE:
        parts.append(Text(words(row.status), style="dim"))
    if not row.alerts and row.last_heartbeat_at is None:
        parts.append(Text("no heartbeat yet", style="dim"))
    said = Text(", ").join(part for part in parts if part)
    if with_why and row.why:
        said.append(f": {inert(row.why)}", style="dim")
    return said
