"""`posmon actions`."""

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.on_call.listing import print_listing
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.views.documents import MAX_LIMIT, ActionPage

DEFAULT_ACTIONS = 50
MOST_ACTIONS = 100_000
_CSV_HEADER = ("number", "at", "by", "via", "what", "target", "comment", "matched", "details")


@click.command(
    epilog="""\b
Exit code: 0, 2 wrong usage, 3 the daemon does not answer.

\b
Examples:
  posmon actions                     the latest 50
  posmon actions --limit 1000 -o csv > actions.csv
"""
)
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_ACTIONS),
    default=DEFAULT_ACTIONS,
    show_default=True,
    help="So many at most.",
)
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def actions(*, limit: int, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """Show who silenced, acknowledged and ended what, the latest first."""
    found: list[ActionPage] = []
    count = 0
    with ApiClient(url, access=access) as daemon:
        for page in daemon.pages("/api/v1/actions", ActionPage, {}, limit=min(limit, MAX_LIMIT)):
            found.append(page)
            count += len(page.actions)
            if count >= limit:
                break
    shown = [action for page in found for action in page.actions][:limit]

    def picture() -> object:
        from monitor.cli.on_call.tables import actions_table

        return actions_table(shown, lang)

    print_listing(ActionPage(actions=shown), shown, output, header=_CSV_HEADER, picture=picture)
