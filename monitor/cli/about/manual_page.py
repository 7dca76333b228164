"""The manual page posmon(1), made from the commands' own help: `python -m monitor.cli.about.manual_page`."""

import inspect
import sys
from collections.abc import Iterator

import click

from monitor.cli.root import COMMANDS, SECTIONS, root

_HEAD = r""".\" Made by `python -m monitor.cli.about.manual_page` from the commands' help; do not edit.
.TH POSMON 1 "2026-11-21" "posmon" "User Commands"
.SH NAME
posmon \- watch over a fleet of card\-payment terminals
.SH SYNOPSIS
.B posmon
.I COMMAND
.RI [ OPTION ]...
.RI [ ARGUMENT ]...
.SH DESCRIPTION"""
_HELP = r""".TP
.B \-h, \-\-help
Explain posmon, or the command that stands before it, and exit."""
_TAIL = r""".SH EXIT STATUS
.BR status ,
.B alerts
and
.B probe
exit as monitoring plugins do: 0 all is well, 1 warning, 2 critical, 3 cannot tell.
.B explain
exits with 0, or 3 when it does not know a word.
The others exit with 0 when all went well, 1 when not, and 2 on wrong usage.
.PP
Ctrl\-C ends with 130 where it is not the usual way to end, a closed pipe with 141.
.SH ENVIRONMENT
.TP
.B POSMON_URL
Where the daemon listens.
.TP
.BR POSMON_TOKEN ", " POSMON_TOKEN_FILE
The token that the daemon asks for, or the file that holds it.
.TP
.B POSMON_CA_FILE
Authorities that vouch for the daemon's certificate.
.TP
.B POSMON_CONFIG
The configuration.
.TP
.B NO_COLOR
No colours, whatever it is set to.
.SH SEE ALSO
.BR prometheus (1),
.BR systemd (1)"""


def manual() -> str:
    """Return the whole page in roff's man macros (man(7))."""
    context = click.Context(root, info_name="posmon", **root.context_settings)
    lines = [
        _HEAD,
        *list(_prose(root.help or ""))[1:],
        ".SH OPTIONS",
        *_options(root, context),
        _HELP,
        ".SH COMMANDS",
    ]
    for heading, entries in SECTIONS.items():
        lines += [f".SS {_roff(heading)}"]
        for name, entry in entries.items():
            lines += [".TP", f".B {_roff(name)}", _roff(entry.help)]
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None  # noqa: S101 - the table is ours
        lines += _command(command, click.Context(command, info_name=name, parent=context))
    return "\n".join([*lines, _TAIL, ""])


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f'.SH "{_roff(context.command_path.upper())}"'
    yield f".B {_roff(context.command_path)}"
    yield _roff(pieces)
    yield from _prose(command.help or "")
    yield from _options(command, context)
    yield from _prose(command.epilog or "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None  # noqa: S101 - it was just listed
            yield from _command(child, click.Context(child, info_name=name, parent=context))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        if record := parameter.get_help_record(context):
            names, said = record
            if said:
                yield from (".TP", f".B {_roff(names)}", _roff(" ".join(said.split())))


def _prose(text: str) -> Iterator[str]:
    r"""Yield click's help text: paragraphs, those that begin with `\b` line by line."""
    for paragraph in filter(None, inspect.cleandoc(text).split("\n\n")):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_roff, paragraph[1:].strip("\n").splitlines()), ".fi")
        else:
            yield _roff(" ".join(paragraph.split()))


def _roff(text: str) -> str:
    """Return a line of text that roff takes for nothing else."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.stdout.write(manual())
