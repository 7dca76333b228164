"""`posmon token`."""

import os
import pwd
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import output_option, parsed
from monitor.cli.output.messages import good, note
from monitor.cli.output.program_name import called
from monitor.cli.output.text import inert
from monitor.domain.access.tokens import ID_BYTES, SECRET_BYTES, Refusal, Scope, Token, digest_of, token_text
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import TERMINAL_ID

if TYPE_CHECKING:
    from monitor.adapters.token_file import TokenFile

DAY_S = 86_400
MOST_DAYS = 3650
_HEADINGS = ("ID", "STATE", "SCOPE", "NAME", "TERMINAL", "ENDS")


def _days(text: str) -> float:
    found = re.fullmatch(r"([1-9][0-9]{0,3})d", text, re.ASCII)
    if found is None or int(found[1]) > MOST_DAYS:
        raise ValueError(f"write days as in 90d, at most {MOST_DAYS}d")
    return int(found[1]) * float(DAY_S)


def _name(text: str) -> str:
    from monitor.adapters.token_file.lines import check_name

    return check_name(text)


def _terminal_id(text: str) -> str:
    if not TERMINAL_ID.fullmatch(text):
        raise ValueError("a terminal id is 1 to 64 of A-Z a-z 0-9 . _ : -")
    return text


@click.group()
def token() -> None:
    """Make, list and revoke the tokens of programs and people (web.tokens_file)."""


@token.command(
    epilog="""\b
posmon prints the token once, alone on stdout, and keeps only its digest. A
running daemon accepts it within a second.

\b
Scopes: read (pages, metrics, API), operate (also reload), admin (also what
changes who has access), push (events and heartbeats, nothing else).

\b
Examples:
  posmon token create prometheus --scope read > /etc/prometheus/posmon.token
  posmon token create alice --scope operate --expires 90d
  posmon token create till-3 --scope push --terminal 10000001
  posmon token create log-shipper --scope push --any-terminal
"""
)
@click.argument("name", callback=parsed(_name))
@click.option(
    "--scope", type=click.Choice([scope.value for scope in Scope]), required=True, help="Its scope."
)
@click.option("--terminal", metavar="ID", callback=parsed(_terminal_id), help="The terminal it may push for.")
@click.option("--any-terminal", is_flag=True, help="It may push for every terminal.")
@click.option(
    "--expires",
    metavar="DAYS",
    callback=parsed(_days),
    help="After so many days, as in 90d.  [default: never]",
)
@config_option
def create(
    *,
    name: str,
    scope: str,
    terminal: str | None,
    any_terminal: bool,
    expires: float | None,
    config: Path | None,
) -> None:
    """Make a token called NAME and print it once."""
    _check_binding(Scope(scope), terminal, any_terminal=any_terminal)
    text = token_text(secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES))
    now = _now()
    made = Token(
        token_id=text.split("_")[1],
        name=name,
        scope=Scope(scope),
        digest=digest_of(text),
        created_at=now,
        created_by=_who(),
        terminal_id=terminal or "",
        expires_at=None if expires is None else now + expires,
    )

    def add(present: tuple[Token, ...]) -> tuple[Token, ...]:
        if any(other.name == name and other.refusal(now) is None for other in present):
            raise click.ClickException(f"there is a token called {inert(name)} already; revoke it first")
        return (*present, made)

    file = _token_file(config)
    _change(file, add)
    click.echo(text)
    click.echo(f"{file.path}: token {made.token_id} made; it is not shown again", err=True)


@token.command("list")
@output_option("table", "json")
@config_option
def list_tokens(*, output: str, config: Path | None) -> None:
    """List all tokens, revoked and expired ones too; no secrets."""
    file = _token_file(config)
    with faults_shown():
        tokens = file.read() if file.path.exists() else ()
    now = _now()
    if output == "json":
        import json

        click.echo(json.dumps({"tokens": [_row(one, now) for one in tokens]}, indent=2))
        return
    if not tokens:
        note(f"{file.path}: no tokens yet")
        return
    rows = [_HEADINGS, *(_cells(one, now) for one in tokens)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(map(str.ljust, row, widths)).rstrip())


@token.command()
@click.argument("token_id", metavar="ID")
@config_option
def revoke(*, token_id: str, config: Path | None) -> None:
    """End a token; a running daemon refuses it within a second."""
    now, who = _now(), _who()

    def end(present: tuple[Token, ...]) -> tuple[Token, ...]:
        found = next((one for one in present if one.token_id == token_id), None)
        if found is None:
            hint = f"`{called()} token list` has all"
            raise click.ClickException(f"there is no token {inert(token_id)}; {hint}")
        if found.revoked_at is not None:
            raise click.ClickException(f"{token_id} was revoked at {rfc3339(found.revoked_at)} already")
        revoked = replace(found, revoked_at=now, revoked_by=who)
        return tuple(revoked if one is found else one for one in present)

    _change(_token_file(config), end)
    good(f"{token_id}: revoked")


def _check_binding(scope: Scope, terminal: str | None, *, any_terminal: bool) -> None:
    if scope is not Scope.PUSH and (terminal or any_terminal):
        raise click.UsageError("only a token of scope push is bound to terminals")
    if scope is Scope.PUSH and bool(terminal) == any_terminal:
        raise click.UsageError("whom may it push for? give --terminal ID or --any-terminal")


def _token_file(config: Path | None) -> "TokenFile":
    from monitor.adapters.token_file import TokenFile
    from monitor.config.loading import load_settings

    path = found_config(config)
    with faults_shown():
        tokens_file = load_settings(path).web.tokens_file
    if tokens_file is None:
        raise click.ClickException(f"{path}: web.tokens_file is not set; add 'tokens_file: tokens' to web")
    return TokenFile(tokens_file)


def _change(file: "TokenFile", make: Callable[[tuple[Token, ...]], tuple[Token, ...]]) -> None:
    with faults_shown():
        try:
            file.change(make)
        except OSError as error:
            raise click.ClickException(f"{file.path}: cannot be written: {error.strerror}") from error


def _now() -> float:
    from monitor.adapters.system import SystemClock

    return SystemClock().now().wall


def _who() -> str:
    """Return the person who changes the tokens, for the record in their file."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return inert(f"{user} (sudo of {behind})" if behind else user)


def _row(one: Token, now: float) -> dict[str, Any]:
    return {
        "id": one.token_id,
        "name": one.name,
        "scope": one.scope.value,
        "terminal_id": one.terminal_id or None,
        "state": _state(one, now),
        "created_at": rfc3339(one.created_at),
        "created_by": one.created_by,
        "expires_at": None if one.expires_at is None else rfc3339(one.expires_at),
        "revoked_at": None if one.revoked_at is None else rfc3339(one.revoked_at),
        "revoked_by": one.revoked_by or None,
    }


def _state(one: Token, now: float) -> str:
    refusal = one.refusal(now)
    return "valid" if refusal is None else Refusal(refusal).value


def _cells(one: Token, now: float) -> tuple[str, ...]:
    ends = rfc3339(one.expires_at)[:10] if one.expires_at is not None else "never"
    bound = (one.terminal_id or "any") if one.scope is Scope.PUSH else "-"
    return one.token_id, _state(one, now), one.scope.value, inert(one.name), bound, ends
