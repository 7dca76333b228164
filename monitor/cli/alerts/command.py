"""`posmon alerts`."""

from collections.abc import Mapping, Sequence

import click
import msgspec

from monitor.cli.alerts.question import MOST, SEVERITIES, AlertAnswer, AlertQuestion, fetch_answer
from monitor.cli.client.api_client import ApiClient, Query
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import PluginGroup
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option, watch_option
from monitor.cli.output.alert_text import without_subject
from monitor.cli.output.text import inert
from monitor.domain.alerts.alert import AlertState, Owner, Severity
from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument

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
    "held_reason",
    "held_until",
    "held_words",
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
  posmon alerts --unattended           what nobody has taken on
  posmon alerts --held                 what is not sent, why and until when
  posmon alerts --evidence             with the facts behind each cause
  posmon alerts --watch                redraw every 2 s; Ctrl-C ends it
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
@click.option("--model", multiple=True, help="Only about terminals of this model; may be repeated.")
@click.option(
    "--held/--not-held",
    default=None,
    help="Only those that something holds back, a silence say; or only the others.",
)
@click.option(
    "--unattended",
    is_flag=True,
    help="Only critical and warning ones that fire and that nothing holds back: nobody has taken them on.",
)
@click.option("--evidence", is_flag=True, help="Show in the table the facts behind each cause.")
@language_option()
@output_option("table", "json", "csv")
@watch_option()
@daemon_options()
@click.pass_context
def alerts(
    context: click.Context,
    /,
    *,
    severity: tuple[str, ...],
    state: str,
    evidence: bool,
    lang: str,
    output: str,
    watch: float | None,
    url: DaemonUrl,
    access: Credentials,
    **chosen: tuple[str, ...] | bool | None,
) -> None:
    """Show open alerts with age, cause and advice, and what holds them back until when."""
    if context.invoked_subcommand:
        return
    if watch is not None and output != "table":
        raise click.UsageError("--watch draws tables; leave out -o")
    filters = _filters(severity, state, chosen)
    most = MOST if output == "table" and state != "all" else None
    if watch is not None:
        from monitor.cli.alerts.live import watch_alerts

        question = AlertQuestion(filters, most, Language(lang), evidence)
        context.exit(watch_alerts(url, question, access=access, every_s=watch))
    with ApiClient(url, access=access) as daemon:
        answer = fetch_answer(daemon, filters, most=most)
    if output == "table":
        _show(answer, Language(lang), with_evidence=evidence)
    else:
        _print(answer.found, output)
    context.exit(answer.exit_code)


def _filters(severity: tuple[str, ...], state: str, chosen: Mapping[str, object]) -> Query:
    """Return the options as the API takes them."""
    filters: dict[str, str | Sequence[str]] = {
        "severity": severity or tuple(wanted for wanted in SEVERITIES if wanted is not Severity.NONE)
    }
    for name, wanted in chosen.items():
        if isinstance(wanted, tuple) and wanted:
            filters[name] = wanted
        elif isinstance(wanted, bool) and (wanted or name == "held"):
            filters[name] = "true" if wanted else "false"
    return filters if state == "all" else {**filters, "state": state}


def _show(answer: AlertAnswer, language: Language, *, with_evidence: bool) -> None:
    from monitor.cli.alerts.table import alerts_table, cut_note
    from monitor.cli.output.screen import print_picture

    shown = answer.found[:MOST]
    print_picture(alerts_table(shown, answer.status, language, with_evidence=with_evidence))
    if len(answer.found) > MOST:
        click.echo(f"\n{cut_note(MOST, language)}")


def _print(found: list[AlertDocument], output: str) -> None:
    from monitor.cli.output.json_csv import csv_of, json_of

    data = json_of(AlertsData(alerts=found)) if output == "json" else csv_of([_CSV_HEADER, *map(_row, found)])
    click.echo(data, nl=False)


def _row(alert: AlertDocument) -> list[str]:
    first = alert.held[0] if alert.held else None
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
        first.reason if first else "",
        (first.until or "") if first else "",
        "; ".join(hold.words for hold in alert.held),
    )
    return [inert(cell) for cell in cells]
