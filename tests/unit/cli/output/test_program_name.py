import sys
from pathlib import Path

import pytest

from monitor.cli.output.program_name import called


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return an installed posmon."""
    path = tmp_path / "posmon"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_name_as_it_was_called(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A posmon off the PATH is named by its path, one that the shell finds by its name."""
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/nowhere")
    assert called() == str(program)
    monkeypatch.setenv("PATH", str(program.parent))
    assert called() == "posmon"


def test_module_is_called_posmon(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m monitor` hints at the name that people know."""
    monkeypatch.setattr(sys, "argv", ["/srv/monitor/__main__.py"])
    assert called() == "posmon"
