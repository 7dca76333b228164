"""What the commands of people on call have in common."""

import getpass
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
import msgspec

from monitor.cli.client.api_client import ApiClient, NotDone
from monitor.cli.on_call.moments import read_span
from monitor.cli.on_call.words import in_words
from monitor.cli.options.shared import parsed
from monitor.domain.instant import parse_rfc3339
from monitor.domain.runbooks.runbook import Language
from monitor.views.reach_words import reach_question

Made = TypeVar("Made", bound=msgspec.Struct)

_CONFIRM = "confirm"

for_option = click.option(
    "--for",
    "for_s",
    metavar="LENGTH",
    callback=parsed(read_span),
    help="How long: 30m, 2h, 3d, 1h30m.",
)
until_option = click.option(
    "--until",
    metavar="TIME",
    help="Until when: 08:00 or '2026-12-05 22:00' by this machine's clock, or a time with its offset.",
)
yes_option = click.option("--yes", is_flag=True, help="Do it also where it concerns much of the fleet.")


def author() -> str:
    """Return the name of the user who calls the command, "" where the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def wall_of(now: str) -> float:
    """Return posmon's own clock, as one of its documents has it, in unix seconds."""
    return parse_rfc3339(now) or 0.0


def end_rule(daemon: ApiClient, collection: str, rule_id: str, kind: type[Made]) -> Made:
    """End a rule of a collection by its id, and return it. Raises NotDone."""
    from urllib.parse import quote

    return daemon.send("DELETE", f"{collection}/{quote(rule_id, safe='')}", kind, by=author())


def send_confirmed(
    daemon: ApiClient, path: str, kind: type[Made], document: Mapping[str, Any], *, yes: bool, lang: str
) -> Made:
    """Send a document; ask whether it is meant where the daemon wants to know that. Raises NotDone."""
    try:
        return daemon.send("POST", path, kind, {**document, _CONFIRM: yes})
    except NotDone as error:
        question = next((fault.reason for fault in error.faults if fault.field == _CONFIRM), "")
        if not question:
            raise
    said = reach_question(question, Language(lang))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotDone(in_words(lang, "repeat").format(said=said))
    if not click.confirm(in_words(lang, "meant").format(said=said), err=True):
        raise NotDone(in_words(lang, "nothing done"))
    return daemon.send("POST", path, kind, {**document, _CONFIRM: True})


def show(document: msgspec.Struct, output: str, text: Callable[[], str]) -> None:
    """Print one document."""
    if output == "json":
        from monitor.cli.output.json_csv import json_of

        click.echo(json_of(document), nl=False)
    else:
        click.echo(text())
