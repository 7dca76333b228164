import click
import pytest
from click.testing import CliRunner

from monitor.cli.options.language import language_option


@click.command()
@language_option()
def speak(lang: str) -> None:
    """Say in which language."""
    click.echo(lang)


@pytest.mark.parametrize(
    ("variables", "arguments", "lang"),
    [
        ({}, [], "en"),
        ({"LANG": "zh_CN.UTF-8"}, [], "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE"}, [], "en"),
        ({"LC_ALL": "zh_TW", "LC_MESSAGES": "de_DE"}, [], "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, [], "zh"),
        ({"LANG": "zh_CN.UTF-8"}, ["--lang", "en"], "en"),
    ],
)
def test_language(variables: dict[str, str], arguments: list[str], lang: str) -> None:
    """The option, else the first of POSIX' variables that is set, else English."""
    unset: dict[str, str | None] = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG"))
    assert CliRunner().invoke(speak, arguments, env=unset | variables).output == f"{lang}\n"
