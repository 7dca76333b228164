"""`posmon demo`."""

import contextlib
import itertools
import json
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.url import DaemonUrl
from monitor.cli.errors.exit_code import CannotTell
from monitor.cli.options.shared import duration_option, parsed
from monitor.cli.output.program_name import called
from monitor.cli.output.screen import interrupted_by
from monitor.cli.run.child_process import ChildProcess
from monitor.views.documents import StatusDocument

_HOST = "127.0.0.1"
_PORT = 7676
_READY_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1
_BEAT_S = 1.0
_BEATS_TO_A_PRINT = 10
"""How often the table is printed where there is no screen to redraw."""
_MOST_TERMINALS = 10_000


class Demo(NamedTuple):
    """A running demo: its two children, and where the daemon listens."""

    simulator: ChildProcess
    daemon: ChildProcess
    url: DaemonUrl

    def check(self) -> None:
        """Raise ChildEnded when one of the children does not run any more."""
        self.simulator.check()
        self.daemon.check()


def _base_url(text: str) -> str:
    from monitor.config.values import base_url

    return base_url(text)


@click.command(
    epilog="""\b
Examples:
  posmon demo
  posmon demo --terminals 500 --port 8080
  posmon demo --alertmanager http://127.0.0.1:9093
  posmon demo --duration 60s > demo.log
"""
)
@click.option(
    "--terminals",
    type=click.IntRange(1, _MOST_TERMINALS),
    default=60,
    show_default=True,
    help="How many to simulate; 60 have all the incidents and kinds, fewer speak posmon's heartbeat only.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="The port of page, API and metrics; 0 takes a free one.",
)
@click.option(
    "--alertmanager", metavar="URL", callback=parsed(_base_url), help="Send the alerts to this Alertmanager."
)
@duration_option("--duration", default=None, help="End by itself after this time.")
def demo(*, terminals: int, port: int, alertmanager: str | None, duration: float | None) -> None:
    """Run the daemon against a simulated fleet with incidents, and show its status.

    The fleet is mixed: beside the terminals that speak posmon's heartbeat stand those of a simulated
    Square, those of a simulated Stripe, and some that speak ZVT.

    The demo needs nothing but posmon and listens on this machine only. It ends on Ctrl-C, SIGTERM or
    after --duration, with every process that it started. Thresholds are shorter than the defaults, so
    that alerts come within seconds instead of minutes.
    """
    from monitor.cli.run.demo_fleet import scenario_of

    if port:
        free_port(port)
    with (
        contextlib.suppress(KeyboardInterrupt),
        interrupted_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
        tempfile.TemporaryDirectory(prefix="posmon-demo-") as folder,
        contextlib.ExitStack() as children,
    ):
        click.echo(f"Starting {terminals} simulated terminals and a daemon ...", err=True)
        scenario = scenario_of(terminals)
        running = start(children, Path(folder), scenario=scenario, port=port, alertmanager=alertmanager)
        _show(running, terminals, duration)


def free_port(port: int = 0) -> int:
    """Return `port` of loopback, or any where it is 0; raises ClickException when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be used ({error.strerror}); is another posmon running? "
                "Choose another with --port"
            ) from error
        return int(probe.getsockname()[1])


def start(
    children: contextlib.ExitStack, folder: Path, *, scenario: str, port: int, alertmanager: str | None = None
) -> Demo:
    """Start both children and wait until every terminal was polled; `children` ends them, the daemon first.

    The daemon listens on `port`, or on any free one where it is 0.

    Raises ChildEnded when one of them ends, ClickException when that takes too long.
    """
    from monitor.cli.run.demo_fleet import TRANSACTIONS_PER_DAY, configuration_of

    troubles, config, ready = folder / "scenario.yml", folder / "posmon.yaml", folder / "ready.json"
    inventory = folder / "inventory.csv"
    troubles.write_text(scenario, "utf-8")
    arguments = ["simulate", "--scenario", str(troubles), "--inventory-out", str(inventory)]
    arguments += ["--transactions-per-day", str(TRANSACTIONS_PER_DAY)]
    simulator = children.enter_context(
        ChildProcess([*arguments, "--ready-file", str(ready)], log=folder / "simulate.log")
    )
    _wait_until(ready.exists, simulator)
    # Chosen only now: a port that was free before the simulated terminals listened may be theirs.
    port = port or free_port()
    beside = json.loads(ready.read_text("utf-8"))["beside"]
    configuration = configuration_of(inventory=inventory, port=port, alertmanager=alertmanager, beside=beside)
    config.write_text(configuration, "utf-8")
    daemon = children.enter_context(ChildProcess(["run", "--config", str(config)], log=folder / "run.log"))
    running = Demo(simulator, daemon, DaemonUrl(secure=False, host=_HOST, port=port, path=""))
    _wait_until(lambda: _has_polled_all(running.url), simulator, daemon)
    return running


def _wait_until(is_done: Callable[[], bool], *children: ChildProcess) -> None:
    pause = threading.Event()
    for _ in range(int(_READY_WITHIN_S / _LOOK_EVERY_S)):
        for child in children:
            child.check()
        if is_done():
            return
        pause.wait(_LOOK_EVERY_S)
    raise click.ClickException(f"nothing was ready within {_READY_WITHIN_S:g} s")


def _has_polled_all(url: DaemonUrl) -> bool:
    try:
        with ApiClient(url, timeout_s=1) as daemon:
            status = daemon.ask("/api/v1/status", StatusDocument)
    except CannotTell:
        return False
    return status.ready and status.terminals.unknown == 0


def _show(running: Demo, terminals: int, duration: float | None) -> None:
    """Show status until interrupted or `duration` seconds are over; raises ChildEnded."""
    from rich.console import Console, Group, RenderableType

    from monitor.cli.output.screen import draw_repeatedly
    from monitor.cli.status.fleet_query import Selection
    from monitor.cli.status.live import LiveStatus

    live = LiveStatus(running.url, Selection(attention_only=True))
    is_screen = sys.stdout.isatty()
    if not is_screen:
        click.echo(_hints(running, terminals))
    beats = itertools.cycle(range(1 if is_screen else _BEATS_TO_A_PRINT))

    def draw(console: Console) -> RenderableType | None:
        running.check()
        if next(beats):
            return None
        picture = live.draw(console)
        return Group(_hints(running, terminals), picture) if is_screen else picture

    draw_repeatedly(draw, every_s=_BEAT_S, for_s=duration)


def _hints(running: Demo, terminals: int) -> str:
    from monitor.cli.run.demo_fleet import MIXED_FROM, composition_of

    option = "" if running.url.port == _PORT else f" --url {running.url}"
    return "\n".join(
        [
            f"{terminals} simulated terminals, and a daemon that watches them.",
            composition_of(terminals),
            f"  Page:     {running.url}/",
            f"  Metrics:  {running.url}/metrics",
            f"  Elsewhere on this machine:  {called()} status{option}",
            f"                              {called()} alerts{option}",
            *(
                [f"                              {called()} sources{option}"]
                if terminals >= MIXED_FROM
                else []
            ),
            "Ctrl-C ends it.",
            "",
        ]
    )
