"""`posmon config`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.output.messages import good, note
from monitor.cli.output.program_name import called

if TYPE_CHECKING:
    from monitor.config.settings import Settings


@click.group()
def config() -> None:
    """Check a configuration, or show all of it."""


@config.command(
    epilog="""\b
The environment (POSMON_SECTION__KEY) counts as it would for the daemon. The
inventory is checked by `posmon inventory check`.

\b
Exit code: 0 when the daemon would accept it, 1 when not.

\b
Examples:
  posmon config check
  posmon config check --config /etc/posmon/posmon.yaml
"""
)
@config_option
def check(config: Path | None) -> None:
    """Check a configuration and name every fault."""
    from monitor.config.loading import load_settings

    path = found_config(config)
    with faults_shown():
        settings = load_settings(path)
    for remark in _remarks(settings):
        note(remark)
    good(f"{path}: ok")


@config.command(
    epilog="""\b
It never prints a secret, only whether one is set.

\b
Examples:
  posmon config show
  posmon config show --config posmon.yaml | grep -n interval
"""
)
@config_option
def show(config: Path | None) -> None:
    """Print every setting in force as YAML.

    Each value that is no default has its origin beside it.
    """
    from monitor.config.description import describe
    from monitor.config.loading import load_settings

    with faults_shown():
        click.echo(describe(load_settings(found_config(config))), nl=False)


def _remarks(settings: "Settings") -> Iterator[str]:
    inventory, tokens_file = settings.inventory.path, settings.web.tokens_file
    if not inventory.is_file():
        yield f"inventory.path: there is no file {inventory}; the daemon will not start without it"
    if tokens_file is not None and not tokens_file.is_file():
        yield f"web.tokens_file: there is no file {tokens_file}; '{called()} token create' makes it"
    if not settings.alerting.alertmanagers:
        yield "alerting.alertmanagers: empty; alerts are shown, but nobody is told"
