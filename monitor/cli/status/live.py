"""`posmon status` drawn on the terminal, once or again and again."""

import sys

from rich.console import Console, Group, RenderableType
from rich.text import Text

from monitor.cli.client.api_client import NO_TOKEN, ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import CannotTell, ExitCode
from monitor.cli.output.screen import draw_repeatedly, for_plugins, make_console
from monitor.cli.status.fleet_query import FleetOverview, Selection, fetch
from monitor.cli.status.table import status_parts, status_table


def print_status(overview: FleetOverview) -> None:
    """Print the picture once, from top to bottom as it is drawn."""
    console = make_console()
    for part in status_parts(overview, console):
        with console.capture() as captured:
            console.print(part, crop=False)
        # Not by click, which takes a stream of ASCII for a misconfigured one of UTF-8.
        sys.stdout.write(for_plugins(console, captured.get()))


class LiveStatus:
    """Draws the daemon's present answer; `exit_code` is that of the last picture."""

    def __init__(self, url: DaemonUrl, selection: Selection, *, access: Credentials = NO_TOKEN) -> None:
        self.exit_code = ExitCode.UNKNOWN
        self._url = url
        self._access = access
        self._selection = selection

    def draw(self, console: Console) -> RenderableType:
        """Return the picture, or the reason why there is none."""
        try:
            with ApiClient(self._url, access=self._access) as daemon:
                overview = fetch(daemon, self._selection)
        except CannotTell as error:
            self.exit_code = ExitCode.UNKNOWN
            return Text(error.message, style="bold red")
        self.exit_code = overview.exit_code
        head = Text(f"{self._url}  {overview.status.now}", style="dim")
        # More than a screen of them would be drawn for nothing.
        most = console.height if console.is_terminal else None
        return Group(head, status_table(overview, console, most=most))


def watch_status(
    url: DaemonUrl, selection: Selection, *, every_s: float, access: Credentials = NO_TOKEN
) -> ExitCode:
    """Redraw until interrupted; return the exit code of the last picture."""
    live = LiveStatus(url, selection, access=access)
    draw_repeatedly(live.draw, every_s=every_s)
    return live.exit_code
