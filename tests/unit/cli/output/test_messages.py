import click
import pytest
from click.testing import CliRunner

from monitor.cli.output.messages import good, note


@click.command()
def check() -> None:
    """Say both."""
    note("odd \x1b[31m")
    good("all is well")


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_lines_hold_nothing_that_a_terminal_obeys(variables: dict[str, str]) -> None:
    """In a pipe there is no colour either."""
    ended = CliRunner().invoke(check, env=variables)
    assert ended.output.splitlines() == ["note: odd \\x1b[31m", "all is well"]


def test_a_terminal_shows_colours_unless_told_not_to() -> None:
    """By the variable of no-color.org."""
    assert "\x1b[32mall is well" in CliRunner().invoke(check, color=True, env={"NO_COLOR": None}).output
    assert "\x1b" not in CliRunner().invoke(check, color=True, env={"NO_COLOR": "1"}).output
