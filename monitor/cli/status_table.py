"""`posmon status` for people: a summary, outages, and a table of terminals."""

from collections.abc import Iterable, Iterator

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
_WIDE = 110


def status_table(overview: Overview, console: Console) -> RenderableType:
    """Return the whole picture, for the width of `console`."""
    parts: list[RenderableType] = [_summary(overview, console)]
    parts += _outages(overview, console)
    if overview.rows:
        parts += ["", _table(overview, console)]
    parts += _remarks(overview)
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


def _remarks(overview: Overview) -> Iterator[Text]:
    status = overview.status
    if total(overview.summary) == 0:
        yield Text(_nothing(overview))
    elif not overview.rows:
        yield Text("No terminal needs attention." if overview.selection.attention_only else "None of these.")
    elif overview.selection.attention_only and overview.summary.ok:
        yield Text(f"\n{overview.summary.ok} more are ok; --all shows them.", style="dim")
    if not status.last_reload.successful and status.last_reload.attempted_at:
        yield Text("The last reload failed; the configuration before it is in use.", style="yellow")


def _nothing(overview: Overview) -> str:
    if not overview.selection.is_whole_fleet:
        return "No terminal matches."
    if not overview.status.ready:
        return "posmon is starting and has not read its inventory yet."
    return "No terminals are watched: the inventory has none that is in service and has an endpoint."


def _table(overview: Overview, console: Console) -> Table:
    is_wide = console.width >= _WIDE
    table = Table(box=None, padding=(0, 2 if is_wide else 1, 0, 0), pad_edge=False, header_style="bold")
    # Explicit widths, so that what is left goes to the last columns.
    most = max(12, console.width // 6)
    ids = (inert(row.terminal_id) for row in overview.rows)
    sites = (inert(row.site) for row in overview.rows)
    table.add_column("TERMINAL", overflow="fold", width=_width("TERMINAL", ids, most))
    table.add_column("SITE", overflow="fold", width=_width("SITE", sites, most))
    table.add_column("HEALTH", no_wrap=True)
    table.add_column("BATT", no_wrap=True, justify="right")
    table.add_column("PRINTER", no_wrap=True)
    table.add_column("REG.", no_wrap=True)
    table.add_column("HEARD", no_wrap=True, justify="right")
    table.add_column("ALERTS", overflow="fold")
    now = parse_rfc3339(overview.status.now)
    for row in overview.rows:
        table.add_row(*_cells(row, now), _alerts(row, with_why=is_wide))
    return table


def _width(heading: str, cells: Iterable[str], most: int) -> int:
    return min(most, max(map(cell_len, [heading, *cells])))


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
