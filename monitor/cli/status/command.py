"""`posmon status`."""

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import PluginCommand
from monitor.cli.options.shared import daemon_options, output_option, watch_option
from monitor.cli.output.text import inert
from monitor.cli.status.fleet_query import FleetOverview, Selection, fetch
from monitor.domain.fleet.health import Health


@click.command(
    cls=PluginCommand,
    epilog="""\b
Exit code: 0 all ok, 1 warning, 2 critical, 3 cannot tell (daemon unreachable,
unknown terminal, wrong usage). Critical outranks warning outranks unknown.

\b
Examples:
  posmon status                          the terminals that need attention
  posmon status 10000001 10000002        these two, in any state
  posmon status --site "Berlin 007" --all
  posmon status --health critical -o csv > critical.csv
  posmon status -o json | jq '.terminals[] | select(.battery_percent < 20)'
  posmon status --watch=5                redraw every 5 s; Ctrl-C ends it
""",
)
@click.argument("terminals", nargs=-1, metavar="[TERMINAL]...")
@click.option("--site", multiple=True, help="Only terminals of this site; may be repeated.")
@click.option("--region", multiple=True, help="Only terminals of this region; may be repeated.")
@click.option(
    "--health",
    multiple=True,
    type=click.Choice([health.value for health in Health]),
    help="Only terminals in this state; may be repeated.",
)
@click.option("--all", "show_all", is_flag=True, help="Show in the table also the terminals that are ok.")
@output_option("table", "json", "csv")
@watch_option("terminals")
@daemon_options()
@click.pass_context
def status(
    context: click.Context,
    *,
    terminals: tuple[str, ...],
    site: tuple[str, ...],
    region: tuple[str, ...],
    health: tuple[str, ...],
    show_all: bool,
    output: str,
    watch: float | None,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Show the present state of the terminals, as the daemon sees them.

    Without arguments the table lists the terminals that are not ok, worst first; with TERMINAL or
    --health those asked for. JSON and CSV list every terminal that matches.
    """
    if watch is not None and output != "table":
        raise click.UsageError("--watch draws tables; leave out -o")
    attention_only = output == "table" and not (show_all or terminals or health)
    selection = Selection(terminals, site, region, health, attention_only)
    if watch is not None:
        from monitor.cli.status.live import watch_status

        context.exit(watch_status(url, selection, access=access, every_s=watch))
    with ApiClient(url, access=access) as daemon:
        overview = fetch(daemon, selection)
    _print(overview, output)
    if overview.unknown_ids:
        click.echo(f"Error: {_not_watched(overview)}", err=True)
    context.exit(overview.exit_code)


def _not_watched(overview: FleetOverview) -> str:
    return f"posmon watches no terminal {', '.join(map(inert, overview.unknown_ids))}"


def _print(overview: FleetOverview, output: str) -> None:
    if output == "table":
        from monitor.cli.status.live import print_status

        print_status(overview)
    else:
        from monitor.cli.status.data import status_csv, status_json

        click.echo((status_json if output == "json" else status_csv)(overview), nl=False)
