import subprocess
from pathlib import Path

import pytest

from monitor.cli.about.manual_page import manual
from monitor.cli.root import COMMANDS
from tests.real import require

PAGE = Path(__file__).parents[4] / "docs/man/posmon.1"


def test_page_says_what_the_commands_say() -> None:
    """The committed page is the one that the commands' help makes now."""
    remedy = "run: python -m monitor.cli.about.manual_page > docs/man/posmon.1"
    assert PAGE.read_text(encoding="utf-8") == manual(), remedy


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section(name: str) -> None:
    """Whoever looks for a command finds it as a heading."""
    assert f'.SH "POSMON {name.upper()}"' in manual()


def test_page_renders_without_a_warning() -> None:
    """`man` has nothing to say against the page, and shows an example of it as it is typed."""
    shown = subprocess.run(
        [require("man"), "--warnings", "-l", str(PAGE)],
        env={"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    assert "posmon status -o json | jq '.terminals[] | select(.battery_percent < 20)'" in shown.stdout
