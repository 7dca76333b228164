"""`posmon alerts` for people."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.wording import age, inert, without_subject
from monitor.domain.alert import AlertState, Severity
from monitor.domain.instant import parse_rfc3339
from monitor.views.documents import AlertDocument, StatusDocument

STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
    Severity.NONE: "dim",
}


def alerts_table(
    alerts: Sequence[AlertDocument], status: StatusDocument, *, with_evidence: bool = False
) -> RenderableType:
    """Return one entry per alert: where, what and why in the first lines, what to do in the last."""
    if not alerts:
        return Text(_nothing(status))
    now = parse_rfc3339(status.now)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("SEVERITY", no_wrap=True)
    table.add_column("AGE", no_wrap=True, justify="right")
    table.add_column("ALERT", overflow="fold")
    for alert in alerts:
        since = parse_rfc3339(alert.starts_at)
        table.add_row(
            Text(alert.severity.value, style=STYLES[alert.severity]),
            Text("?" if now is None or since is None else age(now - since)),
            _entry(alert, with_evidence=with_evidence),
        )
    return table


def _nothing(status: StatusDocument) -> str:
    if not status.ready:
        return "posmon is starting and has not read its inventory yet."
    if not status.terminals.watched:
        return "No terminals are watched, so nothing can be said of them."
    return "No alert to show."


def _entry(alert: AlertDocument, *, with_evidence: bool) -> Text:
    entry = Text(f"{inert(alert.alertname)}  ", style="bold")
    entry.append(_where(alert), style="not bold")
    if alert.state is AlertState.PENDING:
        entry.append(" (not confirmed yet)", style="not bold dim")
    lines = [Text(without_subject(alert), style="not bold")]
    if cause := alert.annotations.get("cause"):
        lines.append(Text(f"Cause: {inert(cause)}", style="not bold"))
    if action := alert.annotations.get("action"):
        lines.append(Text(f"To do: {inert(action)}", style="not bold"))
    if with_evidence and (evidence := alert.annotations.get("evidence")):
        lines.append(Text(f"Evidence: {inert(evidence)}", style="not bold dim"))
    if alert.suppressed_by:
        lines.append(Text(f"Not sent: {inert(alert.suppressed_by)}", style="not bold dim"))
    return Text("\n").join([entry, *(line for line in lines if line)])


def _where(alert: AlertDocument) -> str:
    places = (alert.labels.get("terminal_id"), alert.labels.get("site"))
    return inert(", ".join(place for place in places if place) or alert.subject.lstrip("/"))
