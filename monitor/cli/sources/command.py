"""`posmon sources`."""

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import ExitCode, PluginCommand
from monitor.cli.options.shared import daemon_options, output_option
from monitor.views.documents import SourceDocument, SourcePage

_CSV_HEADER = (
    "name",
    "kind",
    "state",
    "result",
    "detail",
    "terminals",
    "last_success_at",
    "not_in_inventory",
    "not_listed",
)


@click.command(
    cls=PluginCommand,
    epilog="""\b
Exit code: 0 when every source answers, 2 when one does not, 3 cannot tell
(daemon unreachable, a source that was not asked yet, wrong usage).

\b
Examples:
  posmon sources
  posmon sources -o json | jq '.sources[] | select(.state == "down")'
""",
)
@output_option("table", "json", "csv")
@daemon_options()
@click.pass_context
def sources(context: click.Context, *, output: str, url: DaemonUrl, access: Credentials) -> None:
    """Show the sources that speak for many terminals: vendors' clouds and other services."""
    with ApiClient(url, access=access) as daemon:
        page = daemon.ask("/api/v1/sources", SourcePage)
    if output == "table":
        from monitor.cli.output.screen import print_picture
        from monitor.cli.sources.table import sources_table

        print_picture(sources_table(page))
    else:
        from monitor.cli.output.json_csv import csv_of, json_of

        rows = [_CSV_HEADER, *map(_row, page.sources)]
        click.echo(json_of(page) if output == "json" else csv_of(rows), nl=False)
    context.exit(_exit_code(page))


def _exit_code(page: SourcePage) -> ExitCode:
    states = {source.state for source in page.sources}
    if "down" in states:
        return ExitCode.CRITICAL
    return ExitCode.UNKNOWN if "unknown" in states else ExitCode.OK


def _row(source: SourceDocument) -> list[str]:
    return [str(getattr(source, name) or "") for name in _CSV_HEADER]
