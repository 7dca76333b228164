import asyncio
import json
from pathlib import Path

import pytest

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.daemon.process import daemon, write_inventory, write_settings


async def command(*arguments: str) -> Ended:
    """Run a command while the daemon answers."""
    return await asyncio.to_thread(posmon, *arguments)


@pytest.mark.parametrize("is_there", [True, False])
async def test_sources_of_a_running_daemon(tmp_path: Path, is_there: bool) -> None:
    """The table, JSON, CSV and the exit code say whether each source answers."""
    async with SimulatedFleet(clock=SystemClock(), terminals=3, kind="stripe") as fleet:
        write_inventory(tmp_path / "inventory.csv", fleet.inventory)
        url = fleet.url if is_there else "http://127.0.0.77:9"
        source = {
            "name": "stripe",
            "kind": "stripe",
            "url": url,
            "api_key": "any",
            "allowed_networks": ["127.0.0.0/8"],
        }
        async with daemon(write_settings(tmp_path, sources=[source])) as running:
            await running.until_logged("source.answers" if is_there else "source.failed")
            ended = await command("sources", "--url", running.url, "-o", "json")
            table = await command("sources", "--url", running.url)
            rows = await command("sources", "--url", running.url, "-o", "csv")
    (found,) = json.loads(ended.out)["sources"]
    assert found["state"] == ("up" if is_there else "down")
    assert found["terminals"] == (3 if is_there else 0)
    assert {ended.code, table.code, rows.code} == {0 if is_there else 2}
    assert "stripe" in table.out
    assert rows.out.startswith("name,kind,state")


async def test_without_sources_it_says_so(tmp_path: Path) -> None:
    """An empty list is no fault."""
    write_inventory(tmp_path / "inventory.csv", [])
    async with daemon(write_settings(tmp_path)) as running:
        ended = await command("sources", "--url", running.url)
    assert ended.code == 0
    assert "No sources are configured" in ended.out
