from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from monitor.cli.client.credentials import Credentials
from monitor.cli.client.url import DaemonUrl
from monitor.cli.options.shared import daemon_options, duration_option, network_option, output_option


@click.command()
@daemon_options()
@output_option("table", "json")
@duration_option("--timeout", default="5s", help="How long.")
@network_option("Only these")
def ask(url: DaemonUrl, access: Credentials, **options: Any) -> None:
    """Say what was given."""
    click.echo(f"{url} {access.token} {options['output']} {options['timeout']}")
    click.echo(" ".join(map(str, options["networks"])))


def asked(*arguments: str, **variables: str) -> Result:
    """Run the command."""
    unset = dict.fromkeys(("POSMON_URL", "POSMON_TOKEN", "POSMON_TOKEN_FILE", "POSMON_CA_FILE"))
    return CliRunner().invoke(ask, arguments, env=unset | variables)


def test_defaults() -> None:
    """The daemon on this machine, without a token; the first of the forms."""
    assert asked().output.splitlines() == ["http://127.0.0.1:7676  table 5.0", ""]


def test_what_options_and_variables_say(tmp_path: Path) -> None:
    """An option goes before its variable; a file before the token's."""
    (tmp_path / "token").write_text("from_file\n")
    options = ("--url", "posmon.example:80", "--timeout", "2m", "-o", "json")
    networks = ("--allow-network", "10.0.0.0/8", "--allow-network", "2001:db8::/32")
    ended = asked(*options, *networks, POSMON_URL="http://other", POSMON_TOKEN="from_variable")  # noqa: S106 - made up
    assert ended.output.splitlines() == [
        "http://posmon.example from_variable json 120.0",
        "10.0.0.0/8 2001:db8::/32",
    ]
    ended = asked(POSMON_TOKEN="x", POSMON_TOKEN_FILE=str(tmp_path / "token"))  # noqa: S106 - made up
    assert " from_file " in ended.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "ftp://x"), "is not a URL such as"),
        (("--timeout", "5"), "Invalid value for '--timeout'"),
        (("--allow-network", "10.0.0.1/8"), "Invalid value for '--allow-network'"),
        (("-o", "yaml"), "Invalid value for '-o'"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_option(arguments: tuple[str, ...], said: str) -> None:
    """With the reason."""
    ended = asked(*arguments)
    assert ended.exit_code == 2
    assert said in ended.output


def test_a_token_has_no_option() -> None:
    """What stands on a command line, everybody on the machine can read."""
    assert asked("--token", "x").exit_code == 2
