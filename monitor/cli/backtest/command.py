"""`posmon backtest`."""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import found_config
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import output_option, parsed
from monitor.cli.output.progress_bar import at_work

if TYPE_CHECKING:
    from monitor.adapters.recording.reader import RecordingReader
    from monitor.cli.backtest.document import BacktestDocument
    from monitor.config.settings import Settings


def _moment(text: str) -> float:
    from monitor.adapters.system import SystemClock
    from monitor.cli.on_call.moments import read_until

    return read_until(text, SystemClock().now().wall)


@click.command(
    epilog="""\b
The daemon records its polls where recording.days is set. Both settings are
tried on the same polls, each with its own inventory; no daemon is asked. Alerts
about transactions, log-ins and posmon itself cannot be tried, and are named.

\b
Exit code: 0, or 1 when a file cannot be read.

\b
Examples:
  posmon backtest --config lower.yaml
  posmon backtest --config lower.yaml --from '2026-12-01 00:00' -o csv
  posmon backtest --config lower.yaml --baseline posmon.yaml -o json
"""
)
@click.option("--config", type=click.Path(path_type=Path), required=True, help="The settings to try (YAML).")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    envvar="POSMON_CONFIG",
    show_envvar=True,
    help="The settings to compare with.  [default: those that the daemon finds]",
)
@click.option("--from", "since", metavar="TIME", callback=parsed(_moment), help="Leave out earlier polls.")
@click.option("--to", "until", metavar="TIME", callback=parsed(_moment), help="Leave out later polls.")
@click.option(
    "--recording",
    type=click.Path(path_type=Path),
    help="The folder of the recording.  [default: beside the store of the baseline]",
)
@output_option("table", "json", "csv")
@language_option()
def backtest(
    *,
    config: Path,
    baseline: Path | None,
    since: float | None,
    until: float | None,
    recording: Path | None,
    output: str,
    lang: str,
) -> None:
    """Show what other settings would have raised on the recorded past."""
    from monitor.adapters.recording.folder import folder_beside
    from monitor.adapters.recording.reader import RecordingReader
    from monitor.config.loading import load_settings

    if since is not None and until is not None and since >= until:
        raise click.UsageError("--from must be before --to")
    present = found_config(baseline)
    with faults_shown():
        before, after = load_settings(present), load_settings(config)
        folder = recording or folder_beside(before.storage.path)
        if not folder.is_dir():
            raise click.ClickException(f"{folder}: no recording; set recording.days and let posmon run")
        reader = RecordingReader(folder, -inf if since is None else since, inf if until is None else until)
        with at_work("Evaluating"):
            document = _document(reader, (present, before), (config, after))
    _print(document, output, lang)


def _document(
    reader: "RecordingReader", before: "tuple[Path, Settings]", after: "tuple[Path, Settings]"
) -> "BacktestDocument":
    from monitor.assembly.recording import replay_of
    from monitor.cli.backtest.document import BacktestDocument, alert_of
    from monitor.domain.backtest.comparison import compare
    from monitor.domain.backtest.testable import NOT_TESTABLE
    from monitor.domain.instant import rfc3339

    old, new = replay_of(before[1]), replay_of(after[1])
    compared = compare(old.run(reader.polls()), new.run(reader.polls()))
    began, ended = new.span
    return BacktestDocument(
        recording=str(reader.folder),
        baseline=str(before[0]),
        config=str(after[0]),
        first_poll=rfc3339(began) if began else None,
        last_poll=rfc3339(ended) if began else None,
        polls=new.polls,
        unwatched=new.unwatched,
        damaged_blocks=reader.damaged,
        lost_polls=reader.lost,
        alerts=[alert_of(one) for one in compared],
        not_backtested=NOT_TESTABLE,
    )


def _print(document: "BacktestDocument", output: str, lang: str) -> None:
    from monitor.cli.output.json_csv import csv_of, json_of

    if output == "table":
        from rich.console import Group

        from monitor.cli.backtest.table import backtest_lines
        from monitor.cli.output.screen import print_picture

        print_picture(Group(*backtest_lines(document, lang)))
        return
    from monitor.cli.backtest.document import rows_of

    click.echo(json_of(document) if output == "json" else csv_of(rows_of(document)), nl=False)
