import subprocess
from pathlib import Path

import pytest

from monitor.adapters.sqlite_store import open_store
from tests.fakes import FakeClock
from tests.faults.launched import TERMINALS, launched, pause
from tests.real import require

READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


@pytest.mark.parametrize("is_there", [False, True], ids=["no store yet", "store of an earlier run"])
async def test_read_only_file_system_at_the_start(is_there: bool, tmp_path: Path) -> None:
    """Posmon watches without memory and says so in log and metric; once it may write, it saves."""
    place = tmp_path / "state"
    place.mkdir()
    if is_there:
        async with open_store(place / "posmon.db", clock=FakeClock()):
            pass
    within = (require("unshare"), "--mount", "sh", "-c", READ_ONLY, str(place))
    tried = subprocess.run([*within, "true"], capture_output=True, check=False)  # noqa: ASYNC221 - at once
    if tried.returncode != 0:
        pytest.skip("a file system cannot be mounted here")
    with (tmp_path / "log").open("wb") as log:
        storage = {"path": str(place / "posmon.db")}
        async with launched(tmp_path, within=within, stderr=log, storage=storage) as posmon:
            await posmon.until_ready()
            await posmon.until_polled(2 * TERMINALS)
            assert await posmon.value("posmon_store_degraded") == 1
            assert await posmon.status_of("/-/healthy") == 200
            said = (tmp_path / "log").read_text(encoding="utf-8")
            assert '"store.degraded", "reason": "Read-only file system"' in said
            enter = [require("nsenter"), "--target", str(posmon.process.pid), "--mount"]
            again = [*enter, "mount", "-o", "remount,rw,bind", str(place)]
            subprocess.run(again, check=True)  # noqa: ASYNC221 - at once
            while await posmon.value("posmon_store_degraded"):
                await pause()
            assert await posmon.stopped() == 0
    assert (place / "posmon.db").stat().st_size > 0
