"""The real daemon records the time of terminals, is killed, and reports it all the same."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.integration.daemon.process import DaemonProcess, daemon
from tests.integration.daemon.test_restart import StartFleet, configure, in_sites, killed

PATH = "/api/v1/reports/availability"


async def report(posmon: DaemonProcess, since: float) -> dict[str, Any]:
    """Return the rows of the time since then, by terminal, as the daemon reports them."""
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since))
    answer = await posmon.get(f"{PATH}?from={begin}&by=terminal")
    return {row["key"]: row for row in answer["rows"]}


def stored(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the store."""
    with closing(sqlite3.connect(folder / "posmon.db")) as connection:
        return connection.execute(query).fetchall()


async def test_an_outage_goes_on_over_a_kill(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """It began before the kill and ends after it; the time in between was not watched."""
    fleet = await simulated_fleet(terminals=4)
    silent, sound = (terminal.terminal_id for terminal in fleet.inventory[:2])
    fleet.set_fault(silent, "offline")
    config = configure(tmp_path, in_sites(fleet, 0))
    began = time.time()  # noqa: TID251 - as above
    async with killed(config) as posmon:
        await posmon.until_firing(("TerminalOffline", silent))
        assert stored(tmp_path, "SELECT subject, kind FROM open_episodes") == [(silent, "down")]
    ((first,),) = stored(tmp_path, "SELECT began FROM open_episodes")
    await asyncio.sleep(2)  # noqa: TID251 - nobody watches meanwhile
    async with daemon(config) as posmon:
        await posmon.until_firing(("TerminalOffline", silent))
        await asyncio.sleep(3)  # noqa: TID251 - seconds that this run sees
        fleet.clear(silent)
        await posmon.until_quiet()
        await asyncio.sleep(2.5)  # noqa: TID251 - what has ended is durable a second later
        rows = await report(posmon, began - 60)
        assert await posmon.stop() == 0
    assert stored(tmp_path, "SELECT count(*) FROM open_episodes") == [(0,)]
    ((subject, kind, start, end, cause),) = stored(
        tmp_path, "SELECT subject, kind, began, ended, cause FROM episodes WHERE kind = 'down'"
    )
    assert (subject, kind, start) == (silent, "down", first)
    assert began - 2 <= start < end <= time.time() + 1  # noqa: TID251 - as above
    assert isinstance(cause, str)
    watches = stored(tmp_path, "SELECT began, ended FROM watches ORDER BY began")
    assert len(watches) == 2
    assert watches[0][1] < watches[1][0]
    total = {sum(row["seconds"].values()) for row in rows.values()}
    assert len(total) == 1
    assert rows[silent]["seconds"]["down"] > 0
    assert rows[sound]["seconds"]["down"] == 0
    assert rows[silent]["outages"] == 1
