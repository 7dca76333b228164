"""`posmon silence`."""

from typing import Any

import click

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.on_call.asking import (
    author,
    end_rule,
    for_option,
    send_confirmed,
    show,
    until_option,
    wall_of,
    yes_option,
)
from monitor.cli.on_call.listing import print_listing
from monitor.cli.on_call.matches import match_of, read_term
from monitor.cli.on_call.moments import ending
from monitor.cli.on_call.words import in_words
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option, parsed
from monitor.cli.output.local_time import local_time
from monitor.cli.output.text import inert
from monitor.views.documents import SilenceDocument, SilencePage

SILENCES = "/api/v1/silences"
_CSV_HEADER = ("id", "says", "starts_at", "until", "by", "comment", "matched", "origin")

match_option = click.option(
    "--match",
    "terms",
    metavar="KEY=VALUE[,VALUE]",
    multiple=True,
    callback=parsed(read_term),
    help="What it is about: alertname, terminal_id, site, region, model, owner and so on; may be repeated.",
)


@click.group(
    epilog="""\b
Exit code: 0 done, 1 refused, 2 wrong usage, 3 the daemon does not answer.

\b
Examples:
  posmon silence add --match site=mall --for 2h --comment "power is off"
  posmon silence add --match model=N910,N920 --until 08:00 --comment "firmware 4"
  posmon silence list
  posmon silence end 3fa2b1c09d8e
"""
)
def silence() -> None:
    """Silence alerts for some time, list the silences, end one.

    posmon goes on polling and showing what is silenced. Security alerts are only silenced by a match that
    names them by alertname or category.
    """


@silence.command("add")
@match_option
@for_option
@until_option
@click.option("--comment", required=True, help="Why; others read it.")
@yes_option
@language_option()
@output_option("text", "json")
@daemon_options()
def add(
    *,
    terms: tuple[tuple[str, tuple[str, ...]], ...],
    for_s: float | None,
    until: str | None,
    comment: str,
    yes: bool,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Silence alerts until a time, 30 days at most.

    Where it concerns more than a tenth of the fleet, everything or nothing, it asks first.
    """
    if for_s is None and until is None:
        raise click.UsageError("say how long: --for 2h, or --until 08:00")
    with ApiClient(url, access=access) as daemon:
        now = wall_of(daemon.ask(SILENCES, SilencePage).now)
        wish: dict[str, Any] = {
            "match": match_of(terms),
            "until": ending(for_s, until, now),
            "comment": comment,
            "by": author(),
        }
        made = send_confirmed(daemon, SILENCES, SilenceDocument, wish, yes=yes, lang=lang)
    show(made, output, lambda: _told(made, lang))


@silence.command("list")
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def list_silences(*, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """List the silences, those that end first standing first."""
    with ApiClient(url, access=access) as daemon:
        page = daemon.ask(SILENCES, SilencePage)

    def picture() -> object:
        from monitor.cli.on_call.tables import silences_table

        return silences_table(page, lang)

    print_listing(page, page.silences, output, header=_CSV_HEADER, picture=picture)


@silence.command("end")
@click.argument("silence_id", metavar="ID")
@language_option()
@output_option("text", "json")
@daemon_options()
def end(*, silence_id: str, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """End a silence before its time."""
    with ApiClient(url, access=access) as daemon:
        ended = end_rule(daemon, SILENCES, silence_id, SilenceDocument)
    show(ended, output, lambda: in_words(lang, "ended").format(id=inert(ended.id)))


def matched_in(count: int, lang: str) -> str:
    """Return how many open alerts match now, in words."""
    return in_words(lang, "one match" if count == 1 else "matches").format(n=count)


def _told(made: SilenceDocument, lang: str) -> str:
    head = in_words(lang, "silence").format(id=inert(made.id), until=local_time(made.until))
    return "\n".join((head, inert(made.says), matched_in(made.matched, lang)))
