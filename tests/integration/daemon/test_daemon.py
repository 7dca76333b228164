import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec.structs import replace

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import QUICK, daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

QUICK_DETECTORS: dict[str, object] = {
    "TerminalOffline": QUICK,
    "PaperOut": QUICK,
    "RegistrationLost": QUICK,
    "PinPadFault": QUICK,
    "HostUnreachable": QUICK,
    "SiteOffline": {"for": "1s", "keep_firing_for": "2s"},
    "FleetUnreachable": {"for": "1s", "keep_firing_for": "2s"},
    "TerminalFlapping": {"enabled": False},
}


def settle(folder: Path, terminals: list[Terminal], **sections: object) -> Path:
    """Write inventory and configuration and return the latter's path."""
    write_inventory(folder / "inventory.csv", terminals)
    return write_settings(folder, **({"detectors": QUICK_DETECTORS} | sections))


async def test_what_is_wrong_with_a_terminal_is_told(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Faults of real terminals over real HTTP become the alerts of their names, and go with them."""
    fleet = await simulated_fleet(terminals=12)
    ids = [terminal.terminal_id for terminal in fleet.inventory]
    faults = {
        "offline": "TerminalOffline",
        "paper_out": "PaperOut",
        "unregistered": "RegistrationLost",
        "pin_pad_fault": "PinPadFault",
        "tampered": "TerminalTampered",
        "wrong_identity": "TerminalIdMismatch",
        "host_unreachable": "HostUnreachable",
        "not_json": "TerminalOffline",
    }
    expected = set()
    for terminal_id, (fault, alertname) in zip(ids, faults.items(), strict=False):
        fleet.set_fault(terminal_id, fault)
        expected.add((alertname, terminal_id))
    async with daemon(settle(tmp_path, fleet.inventory)) as posmon:
        await posmon.until_firing(*expected)
        assert await posmon.firing() == expected
        for terminal_id in ids:
            fleet.clear(terminal_id)
        await posmon.until_quiet()
        assert (await posmon.get("/api/v1/status"))["summary"]["ok"] == 12


async def test_a_dead_site_is_one_alert_that_counts(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Fifteen terminals of one site go silent: their own alerts are suppressed by the site's."""
    fleet = await simulated_fleet(terminals=30)
    inventory = [
        replace(terminal, site="far" if number < 15 else f"near-{number}", region="")
        for number, terminal in enumerate(fleet.inventory)
    ]
    async with daemon(settle(tmp_path, inventory)) as posmon:
        for terminal in inventory[:15]:
            fleet.set_fault(terminal.terminal_id, "reset")
        await posmon.until_firing(("SiteOffline", "far"))
        await posmon.until_firing(*(("TerminalOffline", terminal.terminal_id) for terminal in inventory[:15]))
        alerts = (await posmon.get("/api/v1/alerts"))["alerts"]
        loud = {
            alert["labels"]["alertname"]
            for alert in alerts
            if alert["state"] == "firing" and not alert.get("suppressed_by")
        }
        assert loud == {"SiteOffline", "Watchdog"}
        for terminal in inventory:
            fleet.clear(terminal.terminal_id)
        await posmon.until_quiet()


async def test_a_dead_fleet_is_one_alert(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """When everybody goes silent only FleetUnreachable is not suppressed."""
    fleet = await simulated_fleet(terminals=12)
    inventory = [
        replace(terminal, site=f"site-{number // 4}") for number, terminal in enumerate(fleet.inventory)
    ]
    async with daemon(settle(tmp_path, inventory)) as posmon:
        for terminal in inventory:
            fleet.set_fault(terminal.terminal_id, "hang")
        await posmon.until_firing(
            ("FleetUnreachable", ""), *(("SiteOffline", f"site-{number}") for number in range(3))
        )
        alerts = (await posmon.get("/api/v1/alerts"))["alerts"]
        loud = {alert["labels"]["alertname"] for alert in alerts if not alert.get("suppressed_by")}
        assert loud == {"FleetUnreachable", "Watchdog"}


async def test_a_reload_starts_stops_and_keeps(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """SIGHUP takes a new inventory: new terminals start, removed ones stop, the rest keep their state."""
    fleet = await simulated_fleet(terminals=10)
    inventory = fleet.inventory
    ill = inventory[0].terminal_id
    fleet.set_fault(ill, "paper_out")
    async with daemon(settle(tmp_path, inventory[:9])) as posmon:
        await posmon.until_firing(("PaperOut", ill))
        (before,) = [
            a for a in (await posmon.get("/api/v1/alerts"))["alerts"] if "terminal_id" in a["labels"]
        ]
        write_inventory(tmp_path / "inventory.csv", [replace(inventory[0], contact="x"), *inventory[2:]])
        posmon.log.clear()
        posmon.process.send_signal(signal.SIGHUP)
        await posmon.until_logged("reload.done")
        await fleet.polled(inventory[9].terminal_id)
        polls = fleet.polls(inventory[1].terminal_id)
        await fleet.polled(inventory[9].terminal_id, times=3)
        assert fleet.polls(inventory[1].terminal_id) == polls
        (after,) = [a for a in (await posmon.get("/api/v1/alerts"))["alerts"] if "terminal_id" in a["labels"]]
        assert after["starts_at"] == before["starts_at"]
        assert await posmon.status_of(f"/api/v1/terminals/{inventory[1].terminal_id}") == 404


async def test_a_broken_file_changes_nothing(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """POST /-/reload with a broken inventory says why, and the old one stays in force."""
    fleet = await simulated_fleet(terminals=5)
    async with daemon(settle(tmp_path, fleet.inventory)) as posmon:
        (tmp_path / "inventory.csv").write_text("terminal_id,endpont\n1,http://127.0.0.1/\n")
        async with posmon.session.post(f"{posmon.url}/-/reload") as response:
            assert response.status == 422
            assert "endpont" in await response.text()
        assert "posmon_config_last_reload_successful 0" in await posmon.text("/metrics")
        assert (await posmon.get("/api/v1/status"))["terminals"]["watched"] == 5
        write_inventory(tmp_path / "inventory.csv", fleet.inventory)
        assert await posmon.status_of("/-/reload", method="POST") == 200
        assert "posmon_config_last_reload_successful 1" in await posmon.text("/metrics")


async def test_a_reload_keeps_to_the_networks_in_force(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """A row that only the changed networks allow is refused: the running client would never poll it."""
    fleet = await simulated_fleet(terminals=4)
    elsewhere = replace(fleet.inventory[0], terminal_id="elsewhere", endpoint="http://127.0.0.2/heartbeat")
    narrow = {"allowed_networks": ["127.0.0.1/32"]}
    async with daemon(settle(tmp_path, fleet.inventory, polling=narrow)) as posmon:
        settle(tmp_path, [*fleet.inventory, elsewhere])
        assert await posmon.status_of("/-/reload", method="POST") == 422
        await posmon.until_logged("reload.needs_restart")
        assert (await posmon.get("/api/v1/status"))["terminals"]["watched"] == 4


async def test_a_shrunken_inventory_waits_for_confirmation(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Losing more than a fifth of the fleet is refused until it is confirmed."""
    fleet = await simulated_fleet(terminals=10)
    async with daemon(settle(tmp_path, fleet.inventory)) as posmon:
        write_inventory(tmp_path / "inventory.csv", fleet.inventory[:5])
        assert await posmon.status_of("/-/reload", method="POST") == 422
        assert (await posmon.get("/api/v1/status"))["terminals"]["watched"] == 10
        assert await posmon.status_of("/-/reload?confirm_shrink=true", method="POST") == 200
        assert (await posmon.get("/api/v1/status"))["terminals"]["watched"] == 5


async def test_it_ends_cleanly_on_sigterm(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """SIGTERM and SIGINT end it with exit code 0 within ten seconds, hanging terminals or not."""
    fleet = await simulated_fleet(terminals=5)
    for terminal in fleet.inventory:
        fleet.set_fault(terminal.terminal_id, "hang")
    for number in (signal.SIGTERM, signal.SIGINT):
        async with daemon(settle(tmp_path, fleet.inventory)) as posmon, asyncio.timeout(10):
            assert await posmon.stop(number) == 0
            assert "daemon.stopped" in posmon.log[-1] or "daemon.stopped" in "".join(posmon.log)


async def test_start_names_every_fault(tmp_path: Path) -> None:
    """A configuration and inventory that are wrong in two places end the start with both named."""
    (tmp_path / "inventory.csv").write_text("terminal_id,endpoint\nab cd,http://127.0.0.1/\n1,ftp://x/\n")
    config = write_settings(tmp_path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(config), stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode == 1
    assert b"inventory.csv:2: terminal_id" in complaint
    assert b"inventory.csv:3: endpoint" in complaint
    assert b"Traceback" not in complaint
