"""The exit codes of the commands that a monitoring plugin or a script may call.

They are those of the Monitoring Plugins' development guidelines, section "Plugin Return Codes".
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import click

from monitor.cli.output.system_errors import in_words


class ExitCode(IntEnum):
    """What the caller learns without reading the output."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class CannotTell(click.ClickException):
    """The command can say nothing of the terminals; the message says why and how to help it."""

    exit_code = ExitCode.UNKNOWN


class PluginCommand(click.Command):
    """A command that exits with UNKNOWN after a failure of its own, never with CRITICAL."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Parse the arguments."""
        with _failures_unknown():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; its own fault is shown in full, but not as the terminals' fault."""
        with _failures_unknown():
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.exceptions.Exit, click.Abort, OSError):
                raise
            except Exception:  # noqa: BLE001 - the traceback is shown; only the exit code is ours
                traceback.print_exc(file=sys.stderr)
                raise click.exceptions.Exit(ExitCode.UNKNOWN) from None


class PluginGroup(PluginCommand, click.Group):
    """A plugin command that has commands of its own."""


@contextmanager
def _failures_unknown() -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        # click reads the instance's before the class's
        error.exit_code = ExitCode.UNKNOWN  # type: ignore[misc]
        raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotTell(in_words(error)) from error
