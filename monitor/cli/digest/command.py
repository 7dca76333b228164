"""`posmon digest`."""

import shutil

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.on_call.moments import read_past
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.views.digest_documents import DigestDocument

_DAYS = {"daily": "1", "weekly": "7"}
_NARROWEST, _WIDEST = 40, 100


@click.command(
    epilog="""\b
Exit code: 0, 2 wrong usage, 3 the daemon does not answer.

\b
Examples:
  posmon digest                      the last 24 hours
  posmon digest --weekly --lang zh
  posmon digest --from "2026-12-01 08:00" --to "2026-12-03 08:00"
  posmon digest --weekly -o html > week.html
"""
)
@click.option("--daily", "every", flag_value="daily", help="The last 24 hours.  [default]")
@click.option("--weekly", "every", flag_value="weekly", help="The last 7 days.")
@click.option(
    "--from",
    "begin",
    metavar="TIME",
    help="Since when: '2026-12-05 22:00' by this machine's clock, or a time with its offset.",
)
@click.option("--to", "end", metavar="TIME", help="Until when, as in --from.  [default: now]")
@language_option()
@output_option("table", "json", "markdown", "html")
@daemon_options()
def digest(
    *,
    every: str | None,
    begin: str | None,
    end: str | None,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Sum up a day or a week: what fired, who was told, what recurs, what nobody acted on.

    Each of the ten noisiest rules has a suggestion. A period is 31 days long at most.
    """
    if every is not None and (begin is not None or end is not None):
        raise click.UsageError(f"--{every} and --from or --to exclude each other")
    query = {"days": _DAYS[every or "daily"]}
    if begin is not None or end is not None:
        named = (("from", begin), ("to", end))
        query = {name: read_past(text, f"--{name}") for name, text in named if text is not None}
    with ApiClient(url, access=access) as daemon:
        document = daemon.ask("/api/v1/digest", DigestDocument, query)
    period = "summary" if begin is not None or end is not None else every or "daily"
    click.echo(_printed(document, output, lang, period), nl=False)


def _printed(document: DigestDocument, output: str, lang: str, every: str) -> str | bytes:
    if output == "json":
        from monitor.cli.output.json_csv import json_of

        return json_of(document)
    from monitor.cli.output.local_time import local_time
    from monitor.domain.runbooks.runbook import Language
    from monitor.views.digest_sections import digest_sections
    from monitor.views.digest_text import html, markdown, plain_text

    text = digest_sections(document, Language(lang), local_time, every)
    if output == "markdown":
        return markdown(text)
    if output == "html":
        return html(text, "zh-Hans" if lang == "zh" else "en")
    width = shutil.get_terminal_size((80, 24)).columns
    return plain_text(text, min(_WIDEST, max(_NARROWEST, width)))
