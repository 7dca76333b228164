"""Terminals that only a simulated vendor's cloud lists, watched by the real daemon."""

import asyncio
from pathlib import Path

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.clouds import stripe_id
from tests.fakes import until
from tests.integration.daemon.process import (
    QUICK,
    WITHIN_S,
    DaemonProcess,
    daemon,
    write_inventory,
    write_settings,
)
from tests.integration.daemon.test_restart import journal, killed
from tests.integration.sources.changing_cloud import ChangingCloud, changing_cloud

DETECTORS = {"TerminalOffline": QUICK, "SiteOffline": {"enabled": False}}


def configure(folder: Path, cloud: ChangingCloud, *rows: Terminal, **source: object) -> Path:
    """Write an inventory, and a configuration with the cloud as the source `readers`."""
    write_inventory(folder / "inventory.csv", rows)
    keys: dict[str, object] = {
        "name": "readers",
        "kind": cloud.kind,
        "url": cloud.url,
        "api_key": "any",
        "interval": "500ms",
    }
    keys |= {"allowed_networks": ["127.0.0.0/8"], "discover": True, "stale_after": "5s"}
    return write_settings(folder, detectors=DETECTORS, sources=[keys | source])


async def until_watched(posmon: DaemonProcess, *terminals: str) -> None:
    """Wait until exactly these are watched."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            page = await posmon.get("/api/v1/terminals")
            if {row["terminal_id"] for row in page["terminals"]} == set(terminals):
                return
            await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us


async def test_what_the_cloud_lists_is_watched_like_any_other(tmp_path: Path) -> None:
    """With the cloud's words, beside a row of the inventory for one of its terminals."""
    async with changing_cloud("stripe", 3) as cloud:
        listed, gone, other = map(stripe_id, cloud.ids)
        row = Terminal(terminal_id="10000001", endpoint=f"readers:{listed}")
        async with daemon(configure(tmp_path, cloud, row)) as posmon:
            await until_watched(posmon, "10000001", gone, other)
            shown = await posmon.get(f"/api/v1/terminals/{gone}")
            assert shown["site"].startswith("tml_")
            assert shown["model"]
            assert shown["serial_number"]
            cloud.lose(cloud.ids[1])
            await posmon.until_firing(("TerminalOffline", gone))
            metrics = await posmon.text("/metrics")
            assert 'posmon_source_not_in_inventory{source="readers"} 2.0' in metrics
            assert 'posmon_source_not_listed{source="readers"} 0.0' in metrics


def is_offline_alert(line: str) -> bool:
    """Tell whether a line of the log says that TerminalOffline has fired."""
    return '"alert.fired"' in line and '"TerminalOffline"' in line


async def test_a_restart_changes_nothing_for_discovered_terminals(tmp_path: Path) -> None:
    """After a kill, and while the cloud is away: their alert goes on, and fired once."""
    async with changing_cloud("stripe", 3) as cloud:
        ids = [*map(stripe_id, cloud.ids)]
        cloud.lose(cloud.ids[0])
        config = configure(tmp_path, cloud)
        async with killed(config) as posmon:
            await until_watched(posmon, *ids)
            # The log speaks after the commit, the API before it: a kill in between loses the step.
            await until(lambda: any(is_offline_alert(line) for line in posmon.log), within_s=WITHIN_S)
        away = configure(tmp_path, cloud, url="http://127.0.0.1:9", timeout="1s")
        async with killed(away) as posmon:
            await until_watched(posmon, *ids)
            assert await posmon.firing() == {("TerminalOffline", ids[0])}
            await asyncio.sleep(2)  # noqa: TID251 - nothing is to happen
            assert ("TerminalOffline", ids[0]) in await posmon.firing()
        async with daemon(configure(tmp_path, cloud)) as posmon:
            await posmon.until_firing(("TerminalOffline", ids[0]))
            cloud.lose()
            await posmon.until_quiet()
            assert await posmon.stop() == 0
    steps = [step for step in journal(tmp_path) if step[1] == ids[0]]
    assert [step[2] for step in steps if step[2] in ("firing", "resolved")] == ["firing", "resolved"]


async def test_reloads_and_lists_decide_who_is_watched(tmp_path: Path) -> None:
    """The inventory takes a terminal over under its own id; one that the cloud drops is unknown at first."""
    async with changing_cloud("stripe", 3) as cloud:
        ids = [*map(stripe_id, cloud.ids)]
        async with daemon(configure(tmp_path, cloud)) as posmon:
            await until_watched(posmon, *ids)
            configure(tmp_path, cloud, Terminal(terminal_id="10000001", endpoint=f"readers:{ids[0]}"))
            assert await posmon.status_of("/-/reload", method="POST") == 200
            await until_watched(posmon, "10000001", *ids[1:])
            cloud.list_only(*cloud.ids[:2])
            async with asyncio.timeout(WITHIN_S):
                shown = {"connectivity": ""}
                while shown["connectivity"] != "unknown":
                    shown = await posmon.get(f"/api/v1/terminals/{ids[2]}")
                    await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us
            assert await posmon.firing() == set()


async def test_a_reload_takes_sources_into_use(tmp_path: Path) -> None:
    """A source comes, is broken, and goes; a mistake is named, and the others go on being watched."""
    async with changing_cloud("stripe", 2) as cloud:
        ids = [*map(stripe_id, cloud.ids)]
        row = Terminal(terminal_id="10000001", endpoint="push:")
        write_inventory(tmp_path / "inventory.csv", [row])
        bare = write_settings(tmp_path, detectors=DETECTORS)
        before = bare.read_text()
        async with daemon(bare) as posmon:
            await until_watched(posmon, "10000001")
            configure(tmp_path, cloud, row)
            assert await posmon.status_of("/-/reload", method="POST") == 200
            await until_watched(posmon, "10000001", *ids)
            configure(tmp_path, cloud, row, interval="soon")
            assert await posmon.status_of("/-/reload", method="POST") == 422
            assert "interval" in await posmon.until_logged("reload.refused")
            cloud.lose(cloud.ids[0])
            await posmon.until_firing(("TerminalOffline", ids[0]))
            bare.write_text(before)
            assert await posmon.status_of("/-/reload", method="POST") == 200
            await until_watched(posmon, "10000001")
            assert (await posmon.get("/api/v1/sources"))["sources"] == []
            await posmon.until(lambda firing: ("TerminalOffline", ids[0]) not in firing, "it ended")
