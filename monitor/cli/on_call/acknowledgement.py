"""`posmon ack`."""

import click
from click.shell_completion import CompletionItem

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.on_call.asking import author, end_rule, for_option, show, until_option, wall_of
from monitor.cli.on_call.listing import print_listing
from monitor.cli.on_call.moments import ending
from monitor.cli.on_call.words import in_words
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.cli.output.local_time import local_time
from monitor.cli.output.text import inert
from monitor.views.documents import AcknowledgementDocument, AcknowledgementPage

ACKS = "/api/v1/acks"
_CSV_HEADER = ("id", "alertname", "subject", "starts_at", "at", "until", "by", "comment")


class AckGroup(click.Group):
    """A group that takes the name of an alert for `add`: no alert is called like a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is no command begins an alert."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["add", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands, options and alerts that begin with `incomplete`."""
        return super().shell_complete(ctx, incomplete) + _alerts(ctx, None, incomplete)


def _alerts(
    _context: click.Context, _parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem[str]]:
    from monitor.domain.detectors.index import BY_NAME

    names = (name for name in BY_NAME if incomplete and name.casefold().startswith(incomplete.casefold()))
    return [CompletionItem(name) for name in names]


@click.group(
    cls=AckGroup,
    epilog="""\b
Exit code: 0 done, 1 refused (the alert is over, say), 2 wrong usage, 3 the
daemon does not answer.

\b
Examples:
  posmon ack PaperOut 10000001 --comment "on my way"
  posmon ack SiteOffline --site "Berlin 007" --for 2h
  posmon ack list
  posmon ack end 3fa2b1c09d8e
""",
)
def ack() -> None:
    """Say that somebody works on an alert: `posmon ack ALERTNAME [TERMINAL]`.

    Nobody is notified of it again until it ends. The acknowledgement ends with the alert, or when the alert
    becomes more severe or has another cause. `posmon ack add` is the same.
    """


@ack.command("add")
@click.argument("alertname", shell_complete=_alerts)
@click.argument("terminal", required=False)
@click.option("--site", default="", help="The site that the alert is about.")
@click.option("--subject", default="", help="What it is about, as `posmon alerts -o json` has it.")
@for_option
@until_option
@click.option("--comment", default="", help="What others should know.")
@language_option()
@output_option("text", "json")
@daemon_options()
def add(
    *,
    alertname: str,
    terminal: str | None,
    site: str,
    subject: str,
    for_s: float | None,
    until: str | None,
    comment: str,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Acknowledge the alert of that name about a terminal, a site or another subject."""
    named = {"terminal_id": terminal or "", "site": site, "subject": subject, "comment": comment}
    wish = {"alertname": alertname, "by": author()} | {key: text for key, text in named.items() if text}
    with ApiClient(url, access=access) as daemon:
        if for_s is not None or until is not None:
            now = wall_of(daemon.ask(ACKS, AcknowledgementPage).now)
            wish["until"] = ending(for_s, until, now) or ""
        made = daemon.send("POST", ACKS, AcknowledgementDocument, wish)
    show(made, output, lambda: _told(made, lang))


@ack.command("list")
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def list_acknowledgements(*, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """List the alerts that are acknowledged, the latest first."""
    with ApiClient(url, access=access) as daemon:
        page = daemon.ask(ACKS, AcknowledgementPage)

    def picture() -> object:
        from monitor.cli.on_call.tables import acknowledgements_table

        return acknowledgements_table(page, lang)

    print_listing(page, page.acks, output, header=_CSV_HEADER, picture=picture)


@ack.command("end")
@click.argument("ack_id", metavar="ID")
@language_option()
@output_option("text", "json")
@daemon_options()
def end(*, ack_id: str, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    """Take an acknowledgement back."""
    with ApiClient(url, access=access) as daemon:
        ended = end_rule(daemon, ACKS, ack_id, AcknowledgementDocument)
    show(ended, output, lambda: in_words(lang, "ended").format(id=inert(ended.id)))


def end_in(made: AcknowledgementDocument, lang: str) -> str:
    """Return when an acknowledgement ends, in words."""
    if made.until is None:
        return in_words(lang, "with alert")
    return in_words(lang, "until").format(until=local_time(made.until))


def _told(made: AcknowledgementDocument, lang: str) -> str:
    alert = inert(f"{made.alertname} {made.subject.lstrip('/')}")
    head = in_words(lang, "acknowledged").format(alert=alert, id=inert(made.id))
    return f"{head}\n{end_in(made, lang)}"
