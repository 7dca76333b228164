"""The command `posmon` itself: a table of commands, each imported when it is called."""

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

import monitor
from monitor.cli.output.system_errors import in_words

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell reports for a program that SIGINT or SIGPIPE ended."""


class CommandEntry(NamedTuple):
    """Where a command is (`module:object`), and its line in `posmon --help`."""

    place: str
    help: str


SECTIONS: dict[str, dict[str, CommandEntry]] = {
    "Look": {
        "status": CommandEntry(
            "monitor.cli.status.command:status", "Show the present state of the terminals."
        ),
        "alerts": CommandEntry(
            "monitor.cli.alerts.command:alerts", "Show open alerts with causes and advice."
        ),
        "sources": CommandEntry(
            "monitor.cli.sources.command:sources", "Show the clouds and services that report terminals."
        ),
        "record": CommandEntry(
            "monitor.cli.on_call.device_record:record", "Show a terminal's device record, or add to it."
        ),
        "digest": CommandEntry(
            "monitor.cli.digest.command:digest", "Sum up a day or a week: what fired, what recurs."
        ),
        "report": CommandEntry("monitor.cli.report.command:report", "Report availability over a period."),
        "probe": CommandEntry("monitor.cli.probe.command:probe", "Poll one terminal once, without a daemon."),
        "explain": CommandEntry(
            "monitor.cli.explain.command:explain", "Explain a response code or an alert."
        ),
    },
    "Act": {
        "ack": CommandEntry(
            "monitor.cli.on_call.acknowledgement:ack", "Say that somebody works on an alert."
        ),
        "silence": CommandEntry("monitor.cli.on_call.silence:silence", "Silence alerts for some time."),
        "window": CommandEntry("monitor.cli.on_call.window:window", "Announce planned work."),
        "actions": CommandEntry("monitor.cli.on_call.actions:actions", "Show who did what, and when."),
    },
    "Run": {
        "run": CommandEntry("monitor.cli.run.command:run", "Run the daemon."),
        "demo": CommandEntry("monitor.cli.run.demo:demo", "Run the daemon against a simulated fleet."),
        "simulate": CommandEntry("monitor.cli.run.simulate:simulate", "Simulate a fleet of terminals."),
    },
    "Access": {
        "token": CommandEntry("monitor.cli.admin.token:token", "Make, list and revoke tokens."),
    },
    "Check": {
        "config": CommandEntry(
            "monitor.cli.admin.config:config", "Check a configuration, or show all of it."
        ),
        "inventory": CommandEntry(
            "monitor.cli.admin.inventory:inventory",
            "Check an inventory, import one, suggest its hours.",
        ),
        "backtest": CommandEntry(
            "monitor.cli.backtest.command:backtest", "Show what other settings would have raised."
        ),
        "store": CommandEntry(
            "monitor.cli.admin.store:store", "Look at the daemon's memory, check it, back it up."
        ),
    },
    "About posmon": {
        "version": CommandEntry("monitor.cli.about.version:version", "Print the version."),
        "completion": CommandEntry(
            "monitor.cli.about.completion:completion", "Print a shell completion script."
        ),
    },
}
"""Every command by the heading it stands under."""

COMMANDS = {name: entry for entries in SECTIONS.values() for name, entry in entries.items()}


class CommandTable(click.Group):
    """A group that knows its commands from COMMANDS, so that help and completion import none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, None when there is no such command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table is ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with; of a misspelt one the message has the likeliest."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from monitor.cli.output.text import inert
        from monitor.config.suggestions import did_you_mean

        raise click.UsageError(f"No such command '{inert(name)}'{did_you_mean(name, COMMANDS)}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write one section per heading."""
        for heading, entries in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, entry.help) for name, entry in entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the options and commands that begin with `incomplete`."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        return options + [
            CompletionItem(name, help=entry.help)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; whoever closed our output (`| head`) has seen enough."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise click.exceptions.Exit(BROKEN_PIPE) from None
        return result


@click.command(
    cls=CommandTable,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  posmon demo                        try it, without a terminal
  posmon run --config posmon.yaml    monitor your own terminals
  posmon status                      the terminals that need attention
  posmon status --site "Berlin 007"  one shop
  posmon COMMAND --help              more about a command
""",
)
@click.version_option(monitor.__version__, "-V", "--version", message="posmon %(version)s")
def root() -> None:
    """Watch over a fleet of card-payment terminals.

    posmon polls the terminals' heartbeats, raises alerts through Alertmanager and serves a status
    page, metrics for Prometheus and this command line.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command line with `arguments` and return its exit code."""
    _accept_any_text()
    try:
        code = root.main(arguments, prog_name="posmon", standalone_mode=False)
    except click.ClickException as error:
        return _shown(error)
    except click.Abort:
        return INTERRUPTED
    except OSError as error:
        # Most often the output: a full disk, a descriptor that is not for writing.
        return _shown(click.ClickException(in_words(error)))
    finally:
        _settle_output()
    return code if isinstance(code, int) else 0


def _shown(error: click.ClickException) -> int:
    """Show an error, if standard error can be written, and return the exit code."""
    with contextlib.suppress(OSError):
        error.show()
    return error.exit_code


def _accept_any_text() -> None:
    """Let an output that cannot show a character show an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _settle_output() -> None:
    """Flush the output, or discard it: at exit Python would complain about it again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)
