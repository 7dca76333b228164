from pathlib import Path

import pytest

from tests.integration.cli.command import posmon
from tests.integration.cli.terminal import Terminal


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return an inventory that takes a second or so to check."""
    rows = "".join(f"{number:08},http://192.0.2.1:{number % 60_000 + 1}/\n" for number in range(60_000))
    path = tmp_path / "large.csv"
    path.write_text(f"terminal_id,endpoint\n{rows}", encoding="utf-8")
    return path


def test_bar_on_a_terminal(large: Path) -> None:
    """Whoever waits sees what is going on and for how long, and nothing of it is left behind."""
    with Terminal("inventory", "check", str(large), columns=200) as terminal:
        terminal.until("Checking")
        terminal.until("0:00:0")
        terminal.until("\x1b[2K")  # the line is wiped
        terminal.until("ok, 60000 terminals")


def test_no_bar_where_nobody_looks(large: Path) -> None:
    """Into a pipe only the result is written."""
    ended = posmon("inventory", "check", str(large))
    assert (ended.code, ended.err) == (0, "")
    assert "Checking" not in ended.out


def test_dumb_terminal_gets_no_bar(large: Path) -> None:
    """A terminal that cannot move its cursor is spared it."""
    with Terminal("inventory", "check", str(large), columns=200, TERM="dumb") as terminal:
        terminal.until("60000  status in_service")
        assert "Checking" not in terminal.seen
