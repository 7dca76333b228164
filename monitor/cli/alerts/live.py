"""`posmon alerts` drawn again and again."""

from rich.console import Console, Group, RenderableType
from rich.text import Text

from monitor.cli.alerts.question import MOST, AlertQuestion, fetch_answer
from monitor.cli.alerts.table import alerts_table
from monitor.cli.client.api_client import NO_TOKEN, ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import CannotTell, ExitCode
from monitor.cli.output.screen import draw_repeatedly


class LiveAlerts:
    """Draws the daemon's present answer; `exit_code` is that of the last picture."""

    def __init__(self, url: DaemonUrl, question: AlertQuestion, *, access: Credentials = NO_TOKEN) -> None:
        self.exit_code = ExitCode.UNKNOWN
        self._url = url
        self._access = access
        self._question = question

    def draw(self, console: Console) -> RenderableType:
        """Return the picture, or the reason why there is none."""
        asked = self._question
        try:
            with ApiClient(self._url, access=self._access) as daemon:
                answer = fetch_answer(daemon, asked.filters, most=asked.most)
        except CannotTell as error:
            self.exit_code = ExitCode.UNKNOWN
            return Text(error.message, style="bold red")
        self.exit_code = answer.exit_code
        head = Text(f"{self._url}  {answer.status.now}", style="dim")
        # More than a screen of them would be drawn for nothing.
        most = console.height if console.is_terminal else MOST
        table = alerts_table(
            answer.found[:most], answer.status, asked.language, with_evidence=asked.with_evidence
        )
        return Group(head, table)


def watch_alerts(
    url: DaemonUrl, question: AlertQuestion, *, every_s: float, access: Credentials = NO_TOKEN
) -> ExitCode:
    """Redraw until interrupted; return the exit code of the last picture."""
    live = LiveAlerts(url, question, access=access)
    draw_repeatedly(live.draw, every_s=every_s)
    return live.exit_code
