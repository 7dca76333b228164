import click
import pytest

from monitor.cli.errors.exit_code import PluginCommand
from monitor.cli.root import COMMANDS, root

PLUGINS = {"status", "alerts", "sources", "probe", "explain"}


@pytest.mark.parametrize("name", COMMANDS)
def test_table(name: str) -> None:
    """Every entry leads to the command of its name."""
    command = root.get_command(click.Context(root), name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name].place.endswith(f":{name}")
    assert isinstance(command, PluginCommand) == (name in PLUGINS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    """No option is without a word about what it does; so for the commands of a group."""
    command = root.get_command(click.Context(root), name)
    assert command is not None
    children = list(command.commands.values()) if isinstance(command, click.Group) else []
    for one in [command, *children]:
        assert one.help, f"{name} {one.name}"
        options = [parameter for parameter in one.params if isinstance(parameter, click.Option)]
        assert [option.name for option in options if not option.help] == []
