import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import monitor
from monitor.cli.root import COMMANDS
from tests.documents import row
from tests.integration.cli.command import POSMON, environment, posmon
from tests.integration.cli.stub_daemon import StubDaemon
from tests.real import require

HEAVY = {"aiohttp", "pydantic", "uvloop", "structlog", "prometheus_client"}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["status", "--help"], ["--version"], ["version"]], ids=" ".join
)
def test_quick_commands_import_nothing_heavy(arguments: list[str]) -> None:
    """Help and version come at once, because the daemon's libraries stay on disk."""
    code = (
        "import sys\n"
        "from monitor.cli.root import run\n"
        f"assert run({arguments!r}) == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = set(ended.stderr.split())
    assert "click" in imported
    assert not imported & (HEAVY | {"rich", "asyncio"})


def test_asking_the_daemon_imports_nothing_heavy() -> None:
    """Also `posmon status` itself does without the daemon's libraries, and JSON without rich."""
    with StubDaemon([row("10000001")]) as daemon:
        code = (
            "import sys\n"
            "from monitor.cli.root import run\n"
            "assert run(['status', '-o', sys.argv[1]]) == 0\n"
            "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
        )
        for output, banned in (("table", HEAVY | {"asyncio"}), ("json", HEAVY | {"asyncio", "rich"})):
            ended = subprocess.run(
                [sys.executable, "-c", code, output],
                env=environment({"POSMON_URL": daemon.url}),
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            assert not set(ended.stderr.split()) & banned


def test_help_names_every_command() -> None:
    """`posmon --help` lists the whole table, in 80 columns."""
    ended = posmon("--help")
    assert ended.code == 0
    for name, entry in COMMANDS.items():
        assert f"  {name} " in ended.out
        assert entry.help in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """Every entry of the table leads to a command that explains itself."""
    ended = posmon(name, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: posmon {name} ")
    assert ended.err == ""


def test_unknown_command() -> None:
    """A misspelt command is named, without a traceback."""
    ended = posmon("statsu")
    assert ended.code == 2
    assert "No such command 'statsu'; did you mean 'status'?" in ended.err
    assert "Traceback" not in ended.err


def test_version() -> None:
    """The version is told in words and as JSON."""
    python = platform.python_version()
    assert posmon("version").out == f"posmon {monitor.__version__} (Python {python})\n"
    assert json.loads(posmon("version", "-o", "json").out) == {
        "version": monitor.__version__,
        "python": python,
    }
    assert posmon("--version").out == f"posmon {monitor.__version__}\n"


def test_installed_command() -> None:
    """The script `posmon` beside the interpreter is the same command."""
    script = Path(sys.executable).with_name("posmon")
    ended = subprocess.run([script, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == posmon("--version").out


@pytest.mark.parametrize("command", ["status --all", "status -o json", "status -o csv", "alerts", "--help"])
def test_closed_pipe_is_quiet(command: str) -> None:
    """Whoever reads only the first line causes no complaint."""
    with StubDaemon([row(f"{number:08d}") for number in range(1000)]) as daemon:
        shell = f"{' '.join(POSMON)} {command} | head -n 1; echo ${{PIPESTATUS[0]}}"
        ended = subprocess.run(
            ["bash", "-c", shell],
            env=environment({"POSMON_URL": daemon.url}),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert ended.stderr == ""
    # Little output fits the pipe before its reader is gone.
    assert ended.stdout.splitlines()[-1] in {"141", "0", "3"}


def test_full_disk_is_told() -> None:
    """Output that cannot be written is an error in one line, and no state of the fleet."""
    with StubDaemon([row("10000001")]) as daemon, Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*POSMON, "status"],
            env=environment({"POSMON_URL": daemon.url}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 3
    assert ended.stderr == "Error: No space left on device\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The script is that of the shell asked for, and valid where the shell is installed."""
    ended = posmon("completion", shell)
    assert ended.code == 0
    assert ended.err == ""
    assert "_POSMON_COMPLETE" in ended.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=ended.out, text=True, check=True, timeout=60)


def test_completion_in_bash(tmp_path: Path) -> None:
    """In a real bash, Tab completes commands, options and values."""
    bash = require("bash")
    script = tmp_path / "posmon.bash"
    script.write_text(posmon("completion", "bash").out)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def completed(*words: str) -> list[str]:
        ask = (
            f"source {script}; COMP_WORDS=({' '.join(map(repr, words))}); "
            f"COMP_CWORD={len(words) - 1}; _posmon_completion posmon; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        )
        ended = subprocess.run(
            [bash, "--norc", "-c", ask],
            env=environment({"PATH": path}),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ended.stderr == ""
        return ended.stdout.split()

    assert completed("posmon", "s") == ["status", "sources", "silence", "simulate", "store"]
    assert completed("posmon", "--v") == ["--version"]
    assert "--health" in completed("posmon", "status", "--")
    assert completed("posmon", "status", "--health", "c") == ["critical"]
    assert completed("posmon", "completion", "z") == ["zsh"]
    assert completed("posmon", "ack", "l") == ["list"]
    assert completed("posmon", "ack", "PaperO") == ["PaperOut"]
    assert "--until" in completed("posmon", "ack", "PaperOut", "--u")
    assert completed("posmon", "silence", "a") == ["add"]
