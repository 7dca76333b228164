"""`posmon alerts`."""

from collections.abc import Sequence

import click
import msgspec

from monitor.cli.client.api_client import ApiClient, Query
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.listings import fetch_alerts
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import ExitCode, PluginGroup
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.cli.output.alert_text import without_subject
from monitor.cli.output.text import inert
from monitor.domain.alerts.alert import AlertState, Owner, Severity
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument, AlertPage, StatusDocument

SEVERITIES = tuple(Severity)
"""From the loudest to the watchdog's."""
MOST = 200
"""As many as anyone reads of a table."""

_CSV_HEADER = (
    "alertname",
    "severity",
    "state",
    "starts_at",
    "fired_at",
    "terminal_id",
    "site",
    "summary",
    "action",
    "suppressed_by",
    "cause",
    "evidence",
)


class AlertsData(msgspec.Struct, kw_only=True):
    """The document that `-o json` prints."""

    alerts: list[AlertDocument]


class AlertsGroup(PluginGroup):
    """A group whose only command is imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names."""
        return ["test"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, None when there is no such command."""
        if cmd_name != "test":
            return None
        from monitor.cli.alerts.send_test import trial_alert

        return trial_alert


@click.group(
    cls=AlertsGroup,
    invoke_without_command=True,
    epilog="""\b
Exit code: 2 when a critical alert fires, 1 when a warning does, 0 when neither,
3 cannot tell (daemon unreachable, wrong usage). Pending alerts do not count.

\b
Examples:
  posmon alerts                        firing alerts, the worst first
  posmon alerts --severity critical --site "Berlin 007"
  posmon alerts --state all -o csv > alerts.csv
  posmon alerts --owner shop           what shops can mend themselves
  posmon alerts --evidence             with the facts behind each cause
  posmon alerts --severity none        the watchdog, which always fires
  posmon alerts test                   do alerts reach their receivers?
""",
)
@click.option("--site", multiple=True, help="Only about this site and its terminals; may be repeated.")
@click.option(
    "--severity",
    multiple=True,
    type=click.Choice([severity.value for severity in SEVERITIES]),
    help="Only of this severity; may be repeated.  [default: all but none]",
)
@click.option(
    "--owner",
    multiple=True,
    type=click.Choice([owner.value for owner in Owner]),
    help="Only those on which they act first; may be repeated.",
)
@click.option(
    "--state",
    type=click.Choice([AlertState.FIRING.value, AlertState.PENDING.value, "all"]),
    default=AlertState.FIRING.value,
    show_default=True,
    help="Confirmed ones, those not yet confirmed, or both.",
)
@click.option("--evidence", is_flag=True, help="Show in the table the facts behind each cause.")
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
@click.pass_context
def alerts(
    context: click.Context,
    *,
    site: tuple[str, ...],
    severity: tuple[str, ...],
    owner: tuple[str, ...],
    state: str,
    evidence: bool,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Show open alerts with age, cause and advice."""
    if context.invoked_subcommand:
        return
    chosen = severity or tuple(wanted for wanted in SEVERITIES if wanted is not Severity.NONE)
    filters: dict[str, str | Sequence[str]] = {
        name: wanted for name, wanted in (("site", site), ("owner", owner)) if wanted
    }
    if state != "all":
        filters["state"] = state
    is_cut = output == "table" and state != "all"
    with ApiClient(url, access=access) as daemon:
        status = daemon.ask("/api/v1/status", StatusDocument)
        found = _fetch(daemon, {**filters, "severity": chosen}, most=MOST if is_cut else None)
    found.sort(key=_worst_first)
    if output == "table":
        _show(found, status, Language(lang), with_evidence=evidence)
    else:
        _print(found, output)
    context.exit(_exit_code(found, status))


def _fetch(daemon: ApiClient, filters: Query, *, most: int | None) -> list[AlertDocument]:
    """Return the alerts that match, the loudest first, and one more than `most` where there are more."""
    if most is None:
        return fetch_alerts(daemon, filters)
    return next(daemon.pages("/api/v1/alerts", AlertPage, filters, limit=most + 1)).alerts


def _worst_first(alert: AlertDocument) -> tuple[int, bool, str, str]:
    is_pending = alert.state is AlertState.PENDING
    return SEVERITIES.index(alert.severity), is_pending, alert.starts_at, alert.subject


def _exit_code(found: list[AlertDocument], status: StatusDocument) -> ExitCode:
    severities = {alert.severity for alert in found if alert.state is AlertState.FIRING}
    if Severity.CRITICAL in severities:
        return ExitCode.CRITICAL
    if Severity.WARNING in severities:
        return ExitCode.WARNING
    return ExitCode.OK if status.ready and status.terminals.watched else ExitCode.UNKNOWN


def _show(
    found: list[AlertDocument], status: StatusDocument, language: Language, *, with_evidence: bool
) -> None:
    from monitor.cli.alerts.table import alerts_table, cut_note
    from monitor.cli.output.screen import print_picture

    print_picture(alerts_table(found[:MOST], status, language, with_evidence=with_evidence))
    if len(found) > MOST:
        click.echo(f"\n{cut_note(MOST, language)}")


def _print(found: list[AlertDocument], output: str) -> None:
    from monitor.cli.output.json_csv import csv_of, json_of

    data = json_of(AlertsData(alerts=found)) if output == "json" else csv_of([_CSV_HEADER, *map(_row, found)])
    click.echo(data, nl=False)


def _row(alert: AlertDocument) -> list[str]:
    cells = (
        alert.alertname,
        alert.severity,
        alert.state,
        alert.starts_at,
        alert.fired_at or "",
        alert.labels.get("terminal_id", ""),
        alert.labels.get("site", ""),
        without_subject(alert),
        alert.annotations.get("action", ""),
        alert.suppressed_by or "",
        alert.annotations.get("cause", ""),
        alert.annotations.get("evidence", ""),
    )
    return [inert(cell) for cell in cells]
