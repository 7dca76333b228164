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


MAPPING = {
    "name": "agents",
    "kind": "json",
    "allowed_networks": ["127.0.0.0/8"],
    "items": "devices",
    "next": {"token": "paging.next", "parameter": "cursor"},
    "id": "deviceId",
    "online": {"path": "state", "words": {"CONNECTED": "online", "LOST": "offline"}},
    "fields": {
        "firmware_version": "fw",
        "printer.status": {"path": "prn", "words": {"NO_PAPER": "paper_out"}},
    },
}


async def test_probe_shows_a_mapping_at_work(tmp_path: Path) -> None:
    """Each expression stands beside what it found and what became of it, on a later page too."""
    async with SimulatedFleet(clock=SystemClock(), terminals=120, kind="json") as fleet:
        config = write_settings(tmp_path, sources=[MAPPING | {"url": f"{fleet.url}/devices"}])
        last = fleet.inventory[-1].terminal_id
        ended = await command("probe", f"agents:{last}", "--config", str(config), "-o", "json")
        unknown = await command("probe", "agents:nobody", "--config", str(config))
    found = json.loads(ended.out)
    rows = {row["field"]: row for row in found["mapping"]}
    assert found["outcome"] == "ok"
    assert (rows["id"]["raw"], rows["id"]["becomes"]) == (last, last)
    assert rows["printer.status"]["problem"] == "a word that the mapping does not list"
    assert found["unreadable"] == ["printer.status: a word that the mapping does not list"]
    assert "the source agents does not list it" in " ".join(unknown.out.split())
    assert unknown.code == 2


async def test_probe_of_a_source_that_is_away_cannot_tell(tmp_path: Path) -> None:
    """The terminal may be well."""
    config = write_settings(tmp_path, sources=[MAPPING | {"url": "http://127.0.0.77:9/devices"}])
    ended = await command("probe", "agents:4711", "--config", str(config))
    assert "cannot be asked: no connection" in " ".join(ended.out.split())
    assert ended.code == 3


async def test_an_inventory_is_made_of_a_source(tmp_path: Path) -> None:
    """What is printed is an inventory that posmon takes; a source that is away is named."""
    async with SimulatedFleet(clock=SystemClock(), terminals=120, kind="json") as fleet:
        config = write_settings(tmp_path, sources=[MAPPING | {"url": f"{fleet.url}/devices"}])
        ended = await command("inventory", "import", "agents", "--config", str(config))
    away = await command("inventory", "import", "agents", "--config", str(config))
    unknown = await command("inventory", "import", "nobody", "--config", str(config))
    (tmp_path / "inventory.csv").write_text(ended.out, encoding="utf-8")
    checked = await command("inventory", "check", "--config", str(config))
    assert (ended.code, len(ended.out.splitlines())) == (0, 121)
    assert "ok, 120 terminals" in checked.err + checked.out
    assert (away.code, away.err) == (1, "Error: the source agents cannot be asked: no connection\n")
    assert "no source 'nobody'; it names agents" in unknown.err
