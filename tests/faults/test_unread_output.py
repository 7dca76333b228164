import os
import pty
import subprocess
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.launched import TERMINALS, launched
from tests.integration.cli.command import POSMON, environment

PATIENCE_S = 15.0


@contextmanager
def full_pipe() -> Iterator[int]:
    """Yield the writing end of a pipe that has no room, and that nobody reads."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    try:
        while os.write(writes, b"." * 4096):
            pass
    except BlockingIOError:
        os.set_blocking(writes, True)
    try:
        yield writes
    finally:
        os.close(writes)
        os.close(reads)


@contextmanager
def held_terminal() -> Iterator[int]:
    """Yield a terminal whose output is stopped, as Ctrl-S stops it."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    termios.tcflow(slave, termios.TCOOFF)
    try:
        yield slave
    finally:
        os.close(slave)
        os.close(master)


@pytest.mark.parametrize("stalled", [full_pipe, held_terminal])
async def test_nobody_has_to_read_the_log(
    stalled: Callable[[], AbstractContextManager[int]], tmp_path: Path
) -> None:
    """With a full pipe or a stopped terminal for output polls go on, pages answer, and SIGTERM ends it."""
    with stalled() as output:
        async with launched(tmp_path, stderr=output, stdout=output, logging={"level": "debug"}) as posmon:
            await posmon.until_ready()
            await posmon.until_polled(3 * TERMINALS)
            assert await posmon.status_of("/-/healthy") == 200
            assert await posmon.stopped() == 0


async def test_lines_that_cannot_be_written_are_counted(tmp_path: Path) -> None:
    """A log on a full disk costs lines, which a metric counts."""
    with Path("/dev/full").open("w") as full:  # noqa: ASYNC230 - it is no disk
        async with launched(tmp_path, stderr=full, stdout=full) as posmon:
            await posmon.until_ready()
            await posmon.until_polled(TERMINALS)
            assert await posmon.value("posmon_log_lines_dropped_total") >= 2
            assert await posmon.stopped() == 0


def test_failure_to_start_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    """What is wrong with the configuration is said to nobody, and the exit code is there all the same."""
    (tmp_path / "posmon.yaml").write_text("pollling: {}\n", encoding="utf-8")
    with full_pipe() as output:
        ended = subprocess.run(
            [*POSMON, "run", "--config", "posmon.yaml"],
            cwd=tmp_path, env=environment(), stdout=output, stderr=output,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert ended.returncode == 1


def test_simulator_ends_though_nobody_reads(tmp_path: Path) -> None:
    """SIGTERM ends a simulator with a full pipe for output."""
    ready = tmp_path / "ready.json"
    with full_pipe() as output:
        process = subprocess.Popen(
            [*POSMON, "simulate", "--terminals", "1", "--ready-file", ready],
            env=environment(), stdout=output, stderr=output,
        )  # fmt: skip
        while not ready.exists():
            assert process.poll() is None
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def test_demo_ends_though_nobody_reads(tmp_path: Path) -> None:
    """A demo with a full pipe for output ends after its time, with its children."""
    with full_pipe() as output:
        ended = subprocess.run(
            [*POSMON, "demo", "--terminals", "2", "--port", "0", "--duration", "1s"],
            cwd=tmp_path, env=environment({"TMPDIR": str(tmp_path)}), stdout=output, stderr=output,
            timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode == 0
    assert not list(tmp_path.glob("posmon-demo-*"))
