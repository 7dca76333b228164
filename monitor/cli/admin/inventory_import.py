"""`posmon inventory import`."""

from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.output.messages import note
from monitor.cli.output.text import inert
from monitor.domain.inventory.terminal import DEFAULT_DIALECT, FIELDS, TERMINAL_ID
from monitor.domain.sources.report import RoundResult, TerminalReport

if TYPE_CHECKING:
    from monitor.config.source_settings import SourceSettings


@click.command(
    "import",
    epilog="""\b
Exit code: 0 when the source has answered in full, 1 when not.

\b
Examples:
  posmon inventory import readers > inventory.csv
  posmon inventory import readers --config posmon.yaml | column -s, -t | less -S
""",
)
@click.argument("source")
@config_option
def import_source(source: str, config: Path | None) -> None:
    """Print an inventory (CSV) of the terminals that SOURCE lists.

    The terminal id is the source's id where that can be one. Give each row the terminal's own id, its site
    and merchant afterwards.
    """
    from monitor.cli.output.json_csv import csv_of
    from monitor.config.loading import load_settings

    with faults_shown():
        settings = load_settings(found_config(config))
    named = {one.name: one for one in settings.sources}
    if source not in named:
        known = f"; it names {', '.join(named)}" if named else "; it names none"
        raise click.ClickException(f"the configuration has no source {inert(source)!r}{known}")
    ended, reports = _listed(named[source])
    if not ended.is_good:
        raise click.ClickException(f"the source {source} cannot be asked: {ended.detail}")
    rows = rows_of(source, reports, dialect=named[source].dialect)
    click.echo(csv_of([FIELDS, *rows]), nl=False)
    nameless = sum(TERMINAL_ID.fullmatch(report.terminal) is None for report in reports)
    if nameless:
        note(f"{nameless} rows have no terminal_id: the source's id has characters that none may have")


def rows_of(
    source: str, reports: Iterable[TerminalReport], *, dialect: str = DEFAULT_DIALECT
) -> Iterator[list[str]]:
    """Yield a row of the inventory for each terminal, in the order of their ids."""
    for report in sorted(reports, key=lambda one: one.terminal):
        reading = report.reading
        known = {
            "terminal_id": report.terminal if TERMINAL_ID.fullmatch(report.terminal) else "",
            "endpoint": f"{source}:{report.terminal}",
            "site": report.site,
            "serial_number": reading.serial_number or "",
            "vendor": reading.vendor or "",
            "model": reading.model or "",
            "dialect": "" if dialect == DEFAULT_DIALECT else dialect,
        }
        yield [known.get(name, "") for name in FIELDS]


def _listed(source: "SourceSettings") -> tuple[RoundResult, list[TerminalReport]]:
    """Ask a source once; return how that ended, and what it says of each of its terminals."""
    import uvloop

    return uvloop.run(_ask(source))


async def _ask(settings: "SourceSettings") -> tuple[RoundResult, list[TerminalReport]]:
    from monitor.adapters.system import SystemClock
    from monitor.assembly.sources import open_source

    reports: dict[str, TerminalReport] = {}
    async with AsyncExitStack() as stack:
        source = await open_source(stack, settings, SystemClock())
        ended = await source.ask(lambda page: reports.update((one.terminal, one) for one in page))
    return ended, [*reports.values()]
