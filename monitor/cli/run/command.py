"""`posmon run`."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import parsed

if TYPE_CHECKING:
    from monitor.config.settings import Settings

_TAKEN = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES})


def _listen(text: str) -> str:
    from monitor.config.values import listen_address

    return str(listen_address(text))


@click.command(
    epilog="""\b
The options override the environment (POSMON_SECTION__KEY), which overrides the
file.

\b
Signals: SIGTERM and SIGINT end it with exit code 0, SIGHUP reads configuration
and inventory again. Exit code 1: it could not start, or a part of it failed.

\b
Examples:
  posmon run --config posmon.yaml
  posmon run --config posmon.yaml --listen 127.0.0.1:0 --log-format json
  POSMON_POLLING__INTERVAL=10s posmon run --config posmon.yaml
"""
)
@config_option
@click.option(
    "--listen",
    metavar="HOST:PORT",
    callback=parsed(_listen),
    help="Where to serve page, API and metrics (web.listen).",
)
@click.option(
    "--log-format",
    type=click.Choice(["auto", "json", "console"]),
    help="JSON lines, or lines for people; auto checks whether stderr is a terminal (logging.format).",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="The lowest level that posmon logs (logging.level).",
)
def run(*, config: Path | None, listen: str | None, log_format: str | None, log_level: str | None) -> None:
    """Run the daemon: poll the terminals of the inventory, raise alerts, serve page, API and metrics.

    posmon names all faults in configuration and inventory before it starts.
    """
    options = {
        "POSMON_WEB__LISTEN": listen,
        "POSMON_LOGGING__FORMAT": log_format,
        "POSMON_LOGGING__LEVEL": log_level,
    }
    given = {name: value for name, value in options.items() if value is not None}
    load = _loader(found_config(config), given)
    with faults_shown():
        settings = load()
        try:
            _serve(load, settings)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            raise click.ClickException(
                f"cannot listen on {settings.web.listen}: {os.strerror(error.errno)}; "
                "choose another place with --listen"
            ) from error


def _loader(config: Path, given: dict[str, str]) -> "Callable[[], Settings]":
    """Return a function that reads the configuration, now and at every reload; options stay in force."""
    from monitor.config.loading import load_settings

    # Whoever wrote an option must not be outvoted by the same variable in other letter case.
    environ = {name: value for name, value in os.environ.items() if name.upper() not in given} | given
    return lambda: load_settings(config, environ)


def _serve(load: "Callable[[], Settings]", settings: "Settings") -> None:
    import uvloop

    from monitor.app import run as run_daemon
    from monitor.logs import configure_logging

    configure_logging(format=settings.logging.format, level=settings.logging.level)
    uvloop.run(run_daemon(load))
