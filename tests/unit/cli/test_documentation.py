from pathlib import Path

import click
import pytest

from monitor.cli.root import COMMANDS, root

PAGE = (Path(__file__).parents[3] / "docs/command-line.md").read_text(encoding="utf-8")
OURS = ("status", "alerts", "probe", "explain", "run", "demo", "version", "completion")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    """The page names every command, those of a group too."""
    command = root.get_command(click.Context(root), name)
    children = command.list_commands(click.Context(root)) if isinstance(command, click.Group) else [""]
    for child in children:
        assert f"posmon {name} {child}".rstrip() in PAGE


@pytest.mark.parametrize("name", OURS)
def test_every_option_is_documented(name: str) -> None:
    """The page names every option of the commands it describes."""
    context = click.Context(root)
    command = root.get_command(context, name)
    assert command is not None
    family = [command]
    if isinstance(command, click.Group):
        family += [
            child for each in command.list_commands(context) if (child := command.get_command(context, each))
        ]
    options = [one for member in family for one in member.params if isinstance(one, click.Option)]
    missing = [option.opts[-1] for option in options if not any(form in PAGE for form in option.opts)]
    assert missing == []
