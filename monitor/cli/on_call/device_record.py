"""`posmon record`."""

import click
from click.shell_completion import CompletionItem

from monitor.cli.client.api_client import ApiClient
from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.on_call.asking import author, show, wall_of
from monitor.cli.on_call.listing import print_listing
from monitor.cli.on_call.moments import happened
from monitor.cli.on_call.words import in_words
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import daemon_options, output_option
from monitor.cli.output.text import inert
from monitor.views.device_record_documents import DeviceEntryDocument, DeviceRecordPage
from monitor.views.documents import MAX_LIMIT, StatusDocument
from monitor.views.terminal_segment import terminal_segment

DEFAULT_LINES = 50
MOST_LINES = 100_000
KINDS = ("note", "purchase", "deployment", "inspection", "repair", "swap")
_CSV_HEADER = ("at", "kind", "what", "before", "after", "text", "by", "via", "noted_at")


def _kinds(
    _context: click.Context, _parameter: click.Parameter | None, incomplete: str
) -> list[CompletionItem[str]]:
    return [CompletionItem(kind) for kind in KINDS if kind.startswith(incomplete)]


@click.command(
    epilog="""\b
Exit code: 0 done, 1 refused (no such terminal, say), 2 wrong usage, 3 the
daemon does not answer.

\b
Examples:
  posmon record 10000001
  posmon record 10000001 repair "display replaced, ticket 4711"
  posmon record 10000001 inspection "seals whole" --at "2026-11-30 14:00"
"""
)
@click.argument("terminal")
@click.argument("kind", required=False, shell_complete=_kinds)
@click.argument("text", required=False)
@click.option(
    "--at",
    metavar="TIME",
    help="When it happened: 14:00 or '2026-11-30 14:00' by this machine's clock, or a time with its offset.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_LINES),
    default=DEFAULT_LINES,
    show_default=True,
    help="So many lines at most.",
)
@language_option()
@output_option("table", "json", "csv")
@daemon_options()
def record(
    *,
    terminal: str,
    kind: str | None,
    text: str | None,
    at: str | None,
    limit: int,
    lang: str,
    output: str,
    url: DaemonUrl,
    access: Credentials,
) -> None:
    """Show the device record of a terminal, or write a line into it.

    posmon writes down each change of serial number, firmware, endpoint and registration by itself. KIND is
    note, purchase, deployment, inspection, repair or swap; TEXT is what happened.
    """
    path = f"/api/v1/terminals/{terminal_segment(terminal)}/record"
    if kind is None:
        if at is not None:
            raise click.UsageError("--at needs KIND and TEXT")
        _show(path, limit=limit, lang=lang, output=output, url=url, access=access)
        return
    if kind not in KINDS:
        raise click.UsageError(f"'{inert(kind)}' is none of {', '.join(KINDS)}")
    if text is None:
        raise click.UsageError(f"say what happened: posmon record {inert(terminal)} {kind} TEXT")
    wish = {"kind": kind, "text": text, "by": author()}
    with ApiClient(url, access=access) as daemon:
        if at is not None:
            wish["at"] = happened(at, wall_of(daemon.ask("/api/v1/status", StatusDocument).now))
        written = daemon.send("POST", path, DeviceEntryDocument, wish)
    show(written, output, lambda: in_words(lang, "written").format(terminal=inert(terminal)))


def _show(path: str, *, limit: int, lang: str, output: str, url: DaemonUrl, access: Credentials) -> None:
    entries: list[DeviceEntryDocument] = []
    terminal_id = ""
    with ApiClient(url, access=access) as daemon:
        for page in daemon.pages(path, DeviceRecordPage, {}, limit=min(limit, MAX_LIMIT)):
            terminal_id = page.terminal_id
            entries += page.entries
            if len(entries) >= limit:
                break

    def picture() -> object:
        from monitor.cli.on_call.tables import device_record_table

        return device_record_table(entries[:limit], lang)

    shown = DeviceRecordPage(terminal_id=terminal_id, entries=entries[:limit])
    print_listing(shown, shown.entries, output, header=_CSV_HEADER, picture=picture)
