"""`posmon status` for people: a summary, outages, and a table of terminals."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rich.console import Console, Group, RenderableType
from rich.text import Text

from monitor.cli.output.columns import Cell, Column, Columns, width_of_cell
from monitor.cli.output.program_name import called
from monitor.cli.output.screen import can_show
from monitor.cli.output.text import age, inert, words
from monitor.cli.status.fleet_query import MOST, FleetOverview, total
from monitor.domain.alerts.alert import AlertState
from monitor.domain.fleet.health import EXPECTED_WHEN_CLOSED, Connectivity, Health
from monitor.domain.heartbeat.reading import RegistrationStatus
from monitor.domain.instant import parse_rfc3339
from monitor.domain.inventory.terminal import InventoryStatus
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
_WORD_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OUTAGES = 5
_WIDE = 110
_AT_ONCE = 500
_MEASURED = 5_000
"""By how many rows the widths are chosen; a wider one after them is folded."""


class _Heading(NamedTuple):
    text: str
    justify: Literal["left", "right"] = "left"
    from_width: int = 0
    """A narrower screen does without."""


_HEADINGS = (
    _Heading("TERMINAL"),
    _Heading("SITE"),
    _Heading("HEALTH"),
    _Heading("BATT", "right", from_width=76),
    _Heading("PRINTER", from_width=76),
    _Heading("REG.", from_width=76),
    _Heading("HEARD", "right"),
    _Heading("ALERTS"),
)
_REGISTRATION = 5
_ALERTS, _ALERTS_WIDE = 18, 46
_NARROWEST, _WIDEST = 12, 32


def status_table(overview: FleetOverview, console: Console, *, most: int | None = None) -> RenderableType:
    """Return the whole picture, for the width of `console`, with at most so many terminals."""
    return Group(*status_parts(overview, console, most=most))


def status_parts(
    overview: FleetOverview, console: Console, *, most: int | None = None
) -> Iterator[RenderableType]:
    """Yield the picture from top to bottom, a long table in parts, so that the first lines come at once."""
    shown = overview.rows[:most]
    yield _summary(overview, console)
    yield from _outages(overview, console)
    yield from _parents(overview, console)
    if shown:
        yield ""
        yield from _table(shown, overview, console)
    yield from _remarks(overview, left_out=overview.wanted - len(shown))


def symbol(health: Health, console: Console) -> str:
    """Return the sign that stands for a health where there is no colour; every one is one cell wide."""
    return (_SYMBOLS if can_show(console, "".join(_SYMBOLS.values())) else _ASCII_SYMBOLS)[health]


def _summary(overview: FleetOverview, console: Console) -> Text:
    line = Text()
    for health in Health:
        count = getattr(overview.summary, health)
        line.append(f"{symbol(health, console)} {count} {health}", style=STYLES[health] if count else "dim")
        line.append("   ")
    line.append(_scope(overview))
    return line


def _scope(overview: FleetOverview) -> str:
    chosen = overview.selection
    places = [inert(place) for place in (*chosen.site, *chosen.region)]
    of = f"{total(overview.summary)} terminal{'' if total(overview.summary) == 1 else 's'}"
    return f"of {of} in {', '.join(places)}" if places else f"of {of}"


def _outages(overview: FleetOverview, console: Console) -> Iterator[Text]:
    for outage in overview.outages[:_OUTAGES]:
        is_sure = outage.state is AlertState.FIRING
        health = Health.CRITICAL if is_sure else Health.WARNING
        head = _WORD_BREAK.sub(" ", outage.alertname).capitalize() + ("" if is_sure else " (suspected)")
        said = outage.annotations.get("summary", outage.labels.get("site", ""))
        yield Text(inert(f"{symbol(health, console)} {head}: {said}"), style=STYLES[health])
    if len(overview.outages) > _OUTAGES:
        yield Text(f"  and {_number_of_more(overview)} more; `{called()} alerts` shows them", style="dim")


def _parents(overview: FleetOverview, console: Console) -> Iterator[Text]:
    if names := overview.status.parents_down:
        head = symbol(Health.CRITICAL, console)
        yield Text(inert(f"{head} Parents down: {', '.join(names)}"), style=STYLES[Health.CRITICAL])


def _number_of_more(overview: FleetOverview) -> str:
    rest = len(overview.outages) - _OUTAGES
    return f"{rest}" if len(overview.outages) < MOST else f"at least {rest}"


def _remarks(overview: FleetOverview, *, left_out: int) -> Iterator[Text]:
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
            f"The last reload failed; what was in force before stays. `{called()} config check` and "
            f"`{called()} inventory check` name every fault.",
            style="yellow",
        )


def _nothing(overview: FleetOverview) -> str:
    if not overview.selection.is_whole_fleet:
        return "No terminal matches."
    if not overview.status.ready:
        return "posmon is starting and has not read its inventory yet."
    return "No terminals are watched: the inventory has none that is in service and has an endpoint."


def _table(shown: Sequence[TerminalRow], overview: FleetOverview, console: Console) -> Iterator[Columns]:
    is_wide = console.width >= _WIDE
    now = parse_rfc3339(overview.status.now)

    def cells(row: TerminalRow) -> list[Cell]:
        return [*_cells(row, now), _alerts(row, with_why=is_wide)]

    measured = shown[:_MEASURED]
    wanted = _widths(map(cells, measured))
    longest = _longest_name(measured)
    numbers = [number for number, heading in enumerate(_HEADINGS) if console.width >= heading.from_width]
    columns = _columns(numbers, wanted, longest, console)
    if columns[-1].width < longest and _REGISTRATION in numbers:
        # An alert tells of it too, and its name should stay whole.
        numbers.remove(_REGISTRATION)
        columns = _columns(numbers, wanted, longest, console)
    for start in range(0, len(shown), _AT_ONCE):
        rows = map(cells, shown[start : start + _AT_ONCE])
        chosen = ([row[number] for number in numbers] for row in rows)
        yield Columns(columns, chosen, gap=_gap(console), with_headings=start == 0)


def _gap(console: Console) -> int:
    return 2 if console.width >= _WIDE else 1


def _columns(numbers: Sequence[int], wanted: Sequence[int], longest: int, console: Console) -> list[Column]:
    """Return the columns, of which names and sites give way to the last one where it is narrow."""
    widths = [wanted[number] for number in numbers]
    gaps = _gap(console) * (len(widths) - 1)
    least = _ALERTS_WIDE if console.width >= _WIDE else max(_ALERTS, longest)
    taken = sum(widths[2:-1]) + gaps + min(widths[-1], least)
    widths[0] = _fit(widths[0], (console.width - taken) // 2)
    widths[1] = _fit(widths[1], console.width - taken - widths[0])
    widths[-1] = max(1, console.width - sum(widths[:-1]) - gaps)
    return [
        Column(_HEADINGS[number].text, width, _HEADINGS[number].justify)
        for number, width in zip(numbers, widths, strict=True)
    ]


def _widths(rows: Iterable[Sequence[Cell]]) -> list[int]:
    widths = [len(heading.text) for heading in _HEADINGS]
    for row in rows:
        widths = [max(width, width_of_cell(cell)) for width, cell in zip(widths, row, strict=True)]
    return widths


def _longest_name(shown: Iterable[TerminalRow]) -> int:
    """Return the cells that the longest name of an alert takes with its comma."""
    return max((len(name) + 1 for row in shown for name in (*row.alerts, *row.pending)), default=0)


def _fit(wanted: int, room: int) -> int:
    return min(wanted, max(_NARROWEST, min(room, _WIDEST)))


def _cells(row: TerminalRow, now: float | None) -> Iterator[Cell]:
    yield [(inert(row.terminal_id), "")]
    yield [(inert(row.site), "")]
    yield [(row.health.value, STYLES[row.health])]
    # What an offline terminal said last may not be so any more.
    style = "" if row.connectivity is Connectivity.ONLINE else "dim"
    percent = row.battery_percent
    yield [("-" if percent is None else f"{percent:.0f}%", style)]
    yield [("-" if row.printer is None else words(row.printer), style)]
    yield [("-" if row.registration is None else _REGISTERED[row.registration], style)]
    yield [(_heard(row, now), "")]


def _heard(row: TerminalRow, now: float | None) -> str:
    at = parse_rfc3339(row.last_heartbeat_at) if row.last_heartbeat_at else None
    return "never" if at is None or now is None else age(now - at)


def _alerts(row: TerminalRow, *, with_why: bool) -> Cell:
    is_closed = row.expected_off_until is not None
    alerts = [name for name in row.alerts if not (is_closed and name in EXPECTED_WHEN_CLOSED)]
    parts = [(", ".join(map(inert, alerts)), "")]
    if is_closed:
        parts.append(("closed", "dim"))
    if row.pending:
        parts.append((f"perhaps {', '.join(map(inert, row.pending))}", "dim"))
    if row.status is not InventoryStatus.IN_SERVICE:
        parts.append((words(row.status), "dim"))
    if not row.alerts and not is_closed and row.last_heartbeat_at is None:
        parts.append(("no heartbeat yet", "dim"))
    parts = [part for part in parts if part[0]]
    said = [piece for part in parts for piece in ((", ", ""), part)][1:]
    if with_why and row.why and alerts == row.alerts:
        said.append((f": {inert(row.why)}", "dim"))
    return said
