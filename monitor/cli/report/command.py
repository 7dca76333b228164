"""`posmon report availability`."""

import sys
from pathlib import Path

import click
import msgspec

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.domain.availability.report import GroupBy
from monitor.views.availability_report.documents import AvailabilityReportDocument

PATH = "/api/v1/reports/availability"
FILES = ("html", "csv", "xlsx")
PATIENCE_S = 120.0
"""The report of a large fleet takes seconds."""


@click.group()
def report() -> None:
    """Report what was: the availability of terminals, sites, merchants, regions or models."""


@report.command(
    epilog="""\b
Exit code: 0, 1 the period cannot be reported, 2 wrong usage, 3 the daemon
does not answer.

\b
Examples:
  posmon report availability --month 2026-11
  posmon report availability --from 2026-11-01 --to 2026-11-08 --by terminal
  posmon report availability --by merchant -o xlsx > november.xlsx
"""
)
@click.option("--from", "begin", metavar="DAY", default="", help="First day, 2026-11-01, or a time.")
@click.option("--to", "end", metavar="DAY", default="", help="The day before which it ends; else now.")
@click.option("--month", metavar="MONTH", default="", help="A month, 2026-11; else the last whole one.")
@click.option(
    "--by",
    type=click.Choice([group.value for group in GroupBy]),
    default=GroupBy.SITE.value,
    show_default=True,
    help="What the rows are about.",
)
@click.option(
    "--timezone", default="UTC", show_default=True, help="Where the days begin, such as Asia/Shanghai."
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file instead of standard output.",
)
@language_option()
@output_option("table", "html", "csv", "xlsx", "json")
@daemon_options()
def availability(
    *,
    begin: str,
    end: str,
    month: str,
    by: str,
    timezone: str,
    file: Path | None,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Show how much of their open time terminals could be used, and what it was lost to."""
    asked = {"from": begin, "to": end, "month": month, "by": by, "timezone": timezone}
    query = {name: value for name, value in asked.items() if value}
    with ApiClient(url, access=access, timeout_s=PATIENCE_S) as daemon:
        if output in FILES:
            content = daemon.fetch(f"/reports/availability.{output}", {**query, "lang": lang})
            _write(content, file, is_text=output != "xlsx")
            return
        written = daemon.fetch(PATH, query)
    found = msgspec.json.decode(written, type=AvailabilityReportDocument)
    if output == "json":
        from monitor.cli.output.json_csv import json_of

        _write(json_of(found), file, is_text=True)
        return
    from monitor.cli.output.screen import print_picture
    from monitor.cli.report.picture import report_picture

    if file is not None:
        raise click.UsageError("--file needs -o html, csv, xlsx or json")
    print_picture(report_picture(found, lang))


def _write(content: bytes, file: Path | None, *, is_text: bool) -> None:
    if file is not None:
        file.write_bytes(content)
    elif not is_text and sys.stdout.isatty():
        raise click.UsageError("a workbook is no text for a screen; name a file with --file")
    else:
        click.echo(content, nl=False)
