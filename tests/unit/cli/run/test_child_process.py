import os
from pathlib import Path

import pytest

from monitor.cli.run.child_process import ChildEnded, ChildProcess


def wait_for_end(child: ChildProcess) -> ChildEnded:
    """Return what is said of a child that ends by itself."""
    child._process.wait(60)
    with pytest.raises(ChildEnded) as ended:
        child.check()
    return ended.value


def test_a_child_that_ended_is_reported_with_its_last_words(tmp_path: Path) -> None:
    """The exit code and the end of the log say why."""
    with ChildProcess(["no-such-command"], log=tmp_path / "log") as child:
        said = wait_for_end(child).message
    assert said.startswith("'posmon no-such-command' ended with exit code 2:\n")
    assert "no-such-command" in said.split("\n", 1)[1]


def test_only_the_last_lines_are_shown_and_cannot_harm_a_screen(tmp_path: Path) -> None:
    """A log may be long, and may hold control characters."""
    log = tmp_path / "log"
    with ChildProcess(["--version"], log=log) as child:
        child._process.wait(60)
        log.write_text("".join(f"line {number}\n" for number in range(20)) + "\x1b[31mred\n")
        said = wait_for_end(child).message
    assert said.startswith("'posmon --version' ended with exit code 0:\n  line 11\n")
    assert "\x1b" not in said


def test_a_child_does_not_outlive_its_context(tmp_path: Path) -> None:
    """It ends at the signal and is waited for."""
    with ChildProcess(["simulate", "--help"], log=tmp_path / "log") as child:
        process = child._process
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
