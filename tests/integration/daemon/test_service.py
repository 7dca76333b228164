import asyncio
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import daemon, write_inventory, write_settings
from tests.real import require

StartFleet = Callable[..., Awaitable[SimulatedFleet]]
ROOT = Path(__file__).parents[3]
UNITS = ("posmon.service", "posmon@.service")
MOST_EXPOSED = 13
"""Tenths: what `systemd-analyze security` may find at most."""

PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_exposes_little(unit: str) -> None:
    """Systemd's own judge gives it 1.3 at most."""
    judge = [require("systemd-analyze"), "security", "--offline=true", f"--threshold={MOST_EXPOSED}"]
    judged = subprocess.run([*judge, ROOT / "systemd" / unit], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout.splitlines()[-1:]


@pytest.mark.parametrize("unit", ["posmon.service", "posmon@.service", "posmon.target"])
def test_the_unit_is_well_formed(unit: str, tmp_path: Path) -> None:
    """Systemd finds nothing to complain of, once the program is there."""
    program = tmp_path / "posmon"
    program.symlink_to(sys.executable)
    for name in (*UNITS, "posmon.target"):
        text = (ROOT / "systemd" / name).read_text().replace("/usr/local/bin/posmon", str(program))
        (tmp_path / name).write_text(text)
    verified = subprocess.run(
        [require("systemd-analyze"), "verify", "--man=no", tmp_path / unit.replace("@", "@north")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")


def test_both_units_are_fenced_alike() -> None:
    """A fence that is raised for one is raised for the other."""
    fences = []
    for name in UNITS:
        text = (ROOT / "systemd" / name).read_text().replace("/%i.yaml", "/posmon.yaml")
        fences.append(text.partition("NoNewPrivileges")[2].partition("[Install]")[0])
    assert fences[0] == fences[1]
    assert fences[0].count("=") >= 20


async def test_systemd_hears_of_start_reload_and_stop(
    simulated_fleet: StartFleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real daemon says READY once it polls, WATCHDOG regularly, RELOADING, READY again, STOPPING."""
    fleet = await simulated_fleet(terminals=2)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")

        async def heard(expected: str) -> str:
            async with asyncio.timeout(10):
                while not (message := (await loop.sock_recv(systemd, 4096)).decode()).startswith(expected):
                    pass
            return message

        async with daemon(write_settings(tmp_path)) as posmon:
            assert await heard("READY=1") == "READY=1\nSTATUS=watching 2 terminals"
            await heard("WATCHDOG=1")
            posmon.process.send_signal(signal.SIGHUP)
            await heard("RELOADING=1")
            await heard("READY=1")
            posmon.process.send_signal(signal.SIGTERM)
            await heard("STOPPING=1")
            assert await posmon.process.wait() == 0


def _deny_new_executable_memory() -> None:
    """Have the kernel refuse what MemoryDenyWriteExecute= refuses, in this process and what it starts."""
    if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        os._exit(97)


async def test_it_runs_without_writable_executable_memory(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Interpreter, uvloop, httptools, msgspec and SQLite need none: the unit may deny it."""
    fleet = await simulated_fleet(terminals=2)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    config = write_settings(tmp_path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(config),
        stderr=asyncio.subprocess.PIPE, preexec_fn=_deny_new_executable_memory,
    )  # fmt: skip
    assert process.stderr is not None
    lines = []
    async with asyncio.timeout(20):
        async for line in process.stderr:
            lines.append(line)
            if b"daemon.started" in line:
                process.send_signal(signal.SIGTERM)
    code = await process.wait()
    if code == 97:
        pytest.skip("this kernel cannot deny it to a process (Linux 6.3 and later can)")
    assert code == 0, b"".join(lines).decode()
    assert any(b"daemon.started" in line for line in lines)


@pytest.mark.skipif(shutil.which("flock") is None, reason="scripts/setup.sh wants flock")
def test_it_can_be_installed_and_taken_away_again(tmp_path: Path) -> None:
    """A program that runs, units that name it, a configuration that is kept by both."""
    places = {
        name: str(tmp_path / name)
        for name in ("PREFIX", "SYSCONFDIR", "UNITDIR", "SYSUSERSDIR", "TMPFILESDIR")
    }

    def install(action: str) -> None:
        subprocess.run(
            [ROOT / "scripts/install.sh", action], env=os.environ | places, check=True, capture_output=True
        )

    install("install")
    program, config = tmp_path / "PREFIX/bin/posmon", tmp_path / "SYSCONFDIR/posmon/posmon.yaml"
    assert subprocess.run([program, "version"], check=True, capture_output=True).stdout.startswith(b"posmon ")
    assert f"ExecStart={program} run --config {config}" in (tmp_path / "UNITDIR/posmon.service").read_text()
    config.write_text("polling: {interval: 10s}\n")
    install("install")
    install("uninstall")
    assert config.read_text() == "polling: {interval: 10s}\n"
    assert not program.exists()
    assert list((tmp_path / "UNITDIR").iterdir()) == []
