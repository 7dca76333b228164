import signal
from pathlib import Path

from tests.faults.launched import Launched, launched, pause


def holds_back(pid: int, number: signal.Signals) -> bool:
    """Tell whether a process has blocked a signal; see proc_pid_status(5)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    blocked = next(line for line in status.splitlines() if line.startswith("SigBlk"))
    return bool(int(blocked.split()[1], 16) & (1 << (number - 1)))


async def until_it_holds_back(posmon: Launched) -> None:
    """Wait until the daemon's first statements have run."""
    while not holds_back(posmon.process.pid, signal.SIGHUP):
        assert posmon.process.returncode is None
        await pause()


async def test_reload_asked_for_at_the_start_waits(tmp_path: Path) -> None:
    """SIGHUP before posmon heeds it neither ends the daemon nor is forgotten: it reloads once it can."""
    with (tmp_path / "log").open("wb") as log:
        async with launched(tmp_path, stderr=log) as posmon:
            await until_it_holds_back(posmon)
            for _ in range(3):
                posmon.process.send_signal(signal.SIGHUP)
            await posmon.until_ready()
            while '"SIGHUP"' not in (tmp_path / "log").read_text(encoding="utf-8"):
                assert posmon.process.returncode is None
                await pause()
            assert not holds_back(posmon.process.pid, signal.SIGHUP)
            assert await posmon.stopped() == 0
