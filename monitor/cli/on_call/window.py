"""`posmon window`."""

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
from monitor.cli.on_call.matches import match_of
from monitor.cli.on_call.moments import beginning, ending
from monitor.cli.on_call.silence import match_option, matched_in
from monitor.cli.on_call.words import in_words
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, duration_option, output_option
from monitor.cli.output.local_time import local_time
from monitor.cli.output.text import age, inert
from monitor.domain.instant import parse_rfc3339
from monitor.views.documents import WindowDocument, WindowPage

WINDOWS = "/api/v1/windows"
_CSV_HEADER = (
    "id",
    "name",
    "says",
    "every",
    "timezone",
    "starts_at",
    "until",
    "active_until",
    "next_start",
    "length_s",
    "excuses_sla",
    "by",
    "comment",
    "matched",
    "origin",
)


@click.group(
    epilog="""\b
Exit code: 0 done, 1 refused, 2 wrong usage, 3 the daemon does not answer.

\b
Examples:
  posmon window add --match model=N910 --from 22:00 --for 4h --comment "firmware 4"
  posmon window add --match region=east --every "Mo-Su 02:00-04:00" \\
      --timezone Asia/Shanghai --name nightly-batch --comment batch
  posmon window add --match site=mall --every "Mo-Fr 02:00-05:00" \\
      --length 45m --comment "restarts when the update comes"
  posmon window list
  posmon window end 3fa2b1c09d8e
"""
)
def window() -> None:
    """Announce planned work, once or again and again; list the windows, end one.

    While a window lasts, posmon notifies of nothing new that it matches. Windows of the configuration are
    listed too; they end there.
    """


@window.command("add")
@match_option
@click.option("--from", "begin", metavar="TIME", help="When it begins, as in --until.  [default: now]")
@for_option
@until_option
@click.option("--every", metavar="HOURS", default="", help="When it recurs, such as 'Mo-Su 02:00-04:00'.")
@click.option(
    "--timezone", default="", help="Whose clock --every means, such as Asia/Shanghai.  [default: each site's]"
)
@duration_option(
    "--length",
    default=None,
    help="Hold each alert for so long from its beginning, such as 45m, and no longer.",
)
@click.option("--name", default="", help="What people call it.")
@click.option("--comment", required=True, help="Why; others read it.")
@click.option("--counts", is_flag=True, help="Count it as downtime: it does not excuse the service level.")
@yes_option
@language_option()
@output_option("text", "json")
@daemon_options()
def add(
    *,
    terms: tuple[tuple[str, tuple[str, ...]], ...],
    begin: str | None,
    for_s: float | None,
    until: str | None,
    length: float | None,
    counts: bool,
    yes: bool,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
    **said: str,
) -> None:
    """Open a window of planned work, once or with --every again and again.

    Where it concerns more than a tenth of the fleet, everything or nothing, it asks first.
    """
    if not said["every"] and for_s is None and until is None:
        raise click.UsageError("say how long: --for 4h, --until 02:00, or --every 'Mo-Su 02:00-04:00'")
    with ApiClient(url, access=access) as daemon:
        now = wall_of(daemon.ask(WINDOWS, WindowPage).now)
        first = beginning(begin, now)
        last = ending(for_s, until, now if first is None else parse_rfc3339(first) or now)
        wish: dict[str, Any] = {
            "match": match_of(terms),
            "excuses_sla": not counts,
            "by": author(),
            **({} if length is None else {"length_s": length}),
            **{key: text for key, text in (said | {"from": first, "until": last}).items() if text},
        }
        made = send_confirmed(daemon, WINDOWS, WindowDocument, wish, yes=yes, lang=lang)
    show(made, output, lambda: _told(made, lang))


@window.command("list")
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def list_windows(*, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """List the windows: those in force, then those that begin next."""
    with ApiClient(url, access=access) as daemon:
        page = daemon.ask(WINDOWS, WindowPage)

    def picture() -> object:
        from monitor.cli.on_call.tables import windows_table

        return windows_table(page, lang)

    print_listing(page, page.windows, output, header=_CSV_HEADER, picture=picture)


@window.command("end")
@click.argument("window_id", metavar="ID")
@language_option()
@output_option("text", "json")
@daemon_options()
def end(*, window_id: str, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """End a window before its time; one that recurs does not come back."""
    with ApiClient(url, access=access) as daemon:
        ended = end_rule(daemon, WINDOWS, window_id, WindowDocument)
    show(ended, output, lambda: in_words(lang, "ended").format(id=inert(ended.id)))


def times_in(one: WindowDocument, lang: str) -> str:
    """Return when a window is in force, in words."""
    length = "" if one.length_s is None else age(one.length_s)
    flexible = in_words(lang, "flexible").format(length=length) if length else ""
    if one.every:
        return inert(f"{one.every} ({one.timezone})") + flexible
    begin = in_words(lang, "begins").format(begin=local_time(one.starts_at or ""))
    return f"{begin}, " + in_words(lang, "until").format(until=local_time(one.until or "")) + flexible


def _told(made: WindowDocument, lang: str) -> str:
    head = in_words(lang, "window").format(id=inert(made.id))
    return "\n".join((f"{head}: {times_in(made, lang)}", inert(made.says), matched_in(made.matched, lang)))
