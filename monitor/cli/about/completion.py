"""`posmon completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete


class _Bash(BashComplete):
    @staticmethod
    def _check_version() -> None:
        """Print the script also where bash is absent or old: it may be meant for another machine."""


SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}


@click.command(
    epilog="""\b
Examples:
  posmon completion bash > ~/.local/share/bash-completion/completions/posmon
  posmon completion zsh > ~/.zfunc/_posmon     # a directory of $fpath
  posmon completion fish > ~/.config/fish/completions/posmon.fish
  source <(posmon completion bash)             # only this shell
"""
)
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes posmon's commands and options in your shell.

    Put it where the shell looks for completions and open a new shell.
    """
    root = context.find_root().command
    click.echo(SHELLS[shell](root, {}, "posmon", "_POSMON_COMPLETE").source())
