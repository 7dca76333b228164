"""`posmon probe` for people."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.output.styles import STYLES
from monitor.cli.output.text import inert
from monitor.cli.probe.verdicts import Examination, Finding
from monitor.config.durations import format_duration
from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.fleet.known_facts import facts_of

_VERDICTS = (Verdict.PRESENT, Verdict.UNKNOWN, Verdict.ABSENT)
_SEVERITIES = tuple(Severity)
_REASONS_SHOWN = 5
_LONGEST_RAW = 60


def probe_table(examination: Examination) -> RenderableType:
    """Return how the poll ended, the reading in words, and every detector's verdict."""
    parts: list[RenderableType] = [_head(examination), ""]
    if examination.result.reading is not None:
        parts += [_facts(examination), ""]
    if examination.mapping:
        parts += [_mapping(examination), ""]
    parts.append(_findings(examination))
    if examination.disabled:
        parts.append(Text(f"\nSwitched off: {', '.join(examination.disabled)}", style="dim"))
    return Group(*parts)


def _head(examination: Examination) -> Text:
    terminal, result = examination.watched.terminal, examination.result
    name = f"Terminal {inert(terminal.terminal_id)}" if terminal.terminal_id else "Unknown terminal"
    head = Text(f"{name} at {inert(terminal.endpoint)}\n", style="bold")
    is_good = result.reading is not None
    head.append(
        f"{result.outcome.value} after {_elapsed(result.duration_s)}", style="green" if is_good else "red"
    )
    if result.detail:
        head.append(f": {inert(result.detail)}", style="not bold")
    return head


def _elapsed(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _facts(examination: Examination) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, value in facts_of(examination.watched).items():
        if name not in {"last poll", "last good heartbeat"}:
            table.add_row(Text(name), Text(inert(value)))
    ingested = examination.ingested
    if ingested.accepted or ingested.rejected:
        table.add_row(Text("events"), Text(f"{ingested.accepted} counted, {len(ingested.rejected)} refused"))
    for rejection in ingested.rejected[:_REASONS_SHOWN]:
        table.add_row("", Text(f"event {rejection.index + 1}: {inert(rejection.reason)}", style="yellow"))
    return table


def _mapping(examination: Examination) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for heading in ("FIELD", "EXPRESSION", "RAW", "BECOMES"):
        table.add_column(heading, overflow="fold")
    for one in examination.mapping:
        raw = inert(str(one.raw))[:_LONGEST_RAW]
        becomes = Text(inert(one.problem), style="yellow") if one.problem else Text(inert(str(one.becomes)))
        table.add_row(Text(one.field), Text(inert(one.expression)), Text(raw), becomes)
    return table


def _findings(examination: Examination) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("DETECTOR", no_wrap=True)
    table.add_column("VERDICT", no_wrap=True)
    table.add_column("SEVERITY", no_wrap=True)
    table.add_column("FOR", no_wrap=True, justify="right")
    table.add_column("", overflow="fold")
    for finding in sorted(examination.findings, key=_noteworthy):
        is_present = finding.verdict is Verdict.PRESENT
        style = STYLES[finding.rule.severity] if is_present else "dim"
        table.add_row(
            Text(finding.rule.alertname),
            Text(finding.verdict.value, style=style),
            Text(finding.rule.severity.value, style=style),
            Text(format_duration(finding.rule.for_s), style=style),
            Text(inert(finding.says), style="" if is_present else "dim"),
        )
    return table


def _noteworthy(finding: Finding) -> tuple[int, int]:
    return _VERDICTS.index(finding.verdict), _SEVERITIES.index(finding.rule.severity)
