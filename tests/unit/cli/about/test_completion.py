import pytest
from click.testing import CliRunner

from monitor.cli.about.completion import SHELLS
from monitor.cli.root import root


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script_that_asks_posmon(shell: str) -> None:
    """Whether or not that shell is installed here."""
    ended = CliRunner().invoke(root, ["completion", shell])
    assert ended.exit_code == 0
    assert f"_POSMON_COMPLETE={shell}_complete" in ended.output


def test_another_shell_is_refused() -> None:
    """With the names of those that there are."""
    ended = CliRunner().invoke(root, ["completion", "tcsh"], standalone_mode=True)
    assert ended.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in ended.output
