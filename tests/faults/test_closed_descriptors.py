import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.launched import TERMINALS, launched
from tests.integration.cli.command import POSMON, environment

CLOSED = [("0<&-",), ("1>&-",), ("2>&-",), ("0<&-", "1>&-", "2>&-")]
NO_ROOM = "No space left on device"


@pytest.mark.parametrize("closed", CLOSED, ids=" ".join)
async def test_daemon_started_without_standard_streams_works(closed: tuple[str, ...], tmp_path: Path) -> None:
    """Whichever of the descriptors 0 to 2 are closed: posmon polls, and no file gets the log."""
    shell = ("sh", "-c", f'exec "$@" {" ".join(sorted(closed))}', "sh")
    async with launched(tmp_path, within=shell, storage={"path": "posmon.db"}) as posmon:
        await posmon.until_ready()
        await posmon.until_polled(2 * TERMINALS)
        opened = [os.readlink(f"/proc/{posmon.process.pid}/fd/{number}") for number in range(3)]  # noqa: PTH115
        assert not [path for path in opened if path.startswith(str(tmp_path))]
        assert await posmon.value("posmon_store_degraded") == 0
        assert await posmon.stopped() == 0
    assert b'"event"' not in (tmp_path / "posmon.db").read_bytes()


COMMANDS = [
    ("--help",), ("--version",), ("config", "show"),
    ("explain", "97"), ("status", "--help"), ("demo", "--help"),
]  # fmt: skip
PLUGINS = {"status", "alerts", "explain", "probe"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("redirect", "reason"), [(">/dev/full", NO_ROOM), ("1</dev/null", "Bad file descriptor")]
)
def test_output_that_cannot_be_written_is_one_line(
    command: tuple[str, ...], redirect: str, reason: str, tmp_path: Path
) -> None:
    """A full disk below a redirected command is named on one line; a plugin's caller reads "unknown"."""
    (tmp_path / "posmon.yaml").write_text("{}\n", encoding="utf-8")
    shell = ["sh", "-c", f'exec "$@" {redirect}', "sh"]
    ended = subprocess.run(
        [*shell, *POSMON, *command], cwd=tmp_path, env=environment({"POSMON_CONFIG": "posmon.yaml"}),
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.stderr, ended.returncode) == (f"Error: {reason}\n", 3 if command[0] in PLUGINS else 1)


@pytest.mark.parametrize("redirect", ["2>/dev/full", "2>&-", ">/dev/full 2>&1", ">&- 2>&-"])
def test_error_that_cannot_be_said_leaves_the_exit_code(redirect: str, tmp_path: Path) -> None:
    """A command that fails with nobody to tell ends with the code of its failure."""
    for command, code in ((("config", "check", "--config", "none.yaml"), 1), (("status", "--nonsense"), 3)):
        ended = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirect}', "sh", *POSMON, *command],
            cwd=tmp_path, env=environment(), stdin=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip
        assert ended.returncode == code


def test_command_with_closed_streams_writes_into_no_file(tmp_path: Path) -> None:
    """The file that a command opens does not get the output's number."""
    (tmp_path / "inventory.csv").write_text("terminal_id,endpoint\n1,http://10.0.0.1/\n", encoding="utf-8")
    before = (tmp_path / "inventory.csv").read_bytes()
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *POSMON, "inventory", "check", "inventory.csv"],
        cwd=tmp_path, env=environment(), timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert (tmp_path / "inventory.csv").read_bytes() == before
