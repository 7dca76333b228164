import click
import pytest
from click.testing import CliRunner

from monitor.cli.errors.exit_code import CannotTell, ExitCode, PluginCommand


def command(error: BaseException) -> PluginCommand:
    """Return a plugin command that ends with an error."""

    def body(number: int) -> None:  # noqa: ARG001 - click hands it over
        raise error

    return PluginCommand("check", callback=body, params=[click.Option(["--number"], type=int, default=1)])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CannotTell("no daemon"), 3, "Error: no daemon"),
        (click.UsageError("wrong"), 3, "wrong"),
        (click.ClickException("faulty"), 3, "Error: faulty"),
        (FileNotFoundError(2, "No such file", "x"), 3, "No such file"),
        (ZeroDivisionError("ours"), 3, "ZeroDivisionError: ours"),
        (click.exceptions.Exit(ExitCode.CRITICAL), 2, ""),
    ],
)
def test_no_failure_looks_like_a_terminal_s(error: Exception, code: int, said: str) -> None:
    """Only the command itself may exit with CRITICAL; its own fault is shown in full."""
    ended = CliRunner().invoke(command(error))
    assert (ended.exit_code, said in ended.output) == (code, True)


def test_wrong_usage_is_unknown() -> None:
    """Click's own exit code for it would mean CRITICAL to a monitoring system."""
    ended = CliRunner().invoke(command(AssertionError("never called")), ["--number", "many"])
    assert ended.exit_code == ExitCode.UNKNOWN
    assert "'many' is not a valid integer" in ended.output
