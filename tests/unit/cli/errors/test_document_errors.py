import click
from click.testing import CliRunner

from monitor.cli.errors.document_errors import faults_shown
from monitor.domain.errors import Fault, InvalidInventory


@click.command()
def check() -> None:
    """Find two faults."""
    with faults_shown():
        raise InvalidInventory(
            [
                Fault(source="inventory.csv", line=3, field="site", reason="not text"),
                Fault(source="inventory.csv", line=9, reason="bad \x1b[31m byte"),
            ]
        )


def test_each_fault_is_a_line_that_begins_with_its_place() -> None:
    """What a file holds moves nothing on the terminal."""
    ended = CliRunner().invoke(check)
    assert ended.exit_code == 1
    assert ended.output.splitlines() == [
        "inventory.csv:3: site: not text",
        "inventory.csv:9: bad \\x1b[31m byte",
    ]


def test_without_faults_nothing_is_said() -> None:
    """Other errors pass."""
    with faults_shown():
        pass
