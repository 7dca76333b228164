from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from msgspec.structs import replace

from monitor.adapters.system import SystemClock
from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import QUICK, DaemonProcess, daemon, write_inventory, write_settings

DETECTORS = {"TerminalOffline": QUICK, "PaperOut": QUICK, "PrinterFault": QUICK, "TerminalTampered": QUICK}


async def push(posmon: DaemonProcess, terminal_id: str) -> None:
    """Push one heartbeat of a terminal."""
    document = {"terminal_id": terminal_id, "printer": {"status": "ok"}}
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{posmon.url}/api/v1/heartbeats", json=document)
        assert answer.status == 202


async def test_a_terminal_that_stops_pushing_is_offline(tmp_path: Path) -> None:
    """Its silence becomes TerminalOffline, and its next heartbeat ends that."""
    write_inventory(tmp_path / "inventory.csv", [Terminal(terminal_id="10000001", endpoint="push:")])
    config = write_settings(tmp_path, detectors=DETECTORS)
    async with daemon(config) as posmon:
        await push(posmon, "10000001")
        assert (await posmon.get("/api/v1/terminals/10000001"))["printer"] == "ok"
        await posmon.until_firing(("TerminalOffline", "10000001"))
        assert (await posmon.get("/api/v1/terminals/10000001"))["printer"] == "ok"
        await push(posmon, "10000001")
        await posmon.until_quiet()


async def test_a_terminal_that_never_pushes_is_offline(tmp_path: Path) -> None:
    """It has three intervals for its first heartbeat."""
    write_inventory(tmp_path / "inventory.csv", [Terminal(terminal_id="10000001", endpoint="push:")])
    async with daemon(write_settings(tmp_path, detectors=DETECTORS)) as posmon:
        assert (await posmon.get("/api/v1/terminals/10000001"))["connectivity"] == "unknown"
        await posmon.until_firing(("TerminalOffline", "10000001"))


async def test_terminals_of_every_kind_are_watched_together(tmp_path: Path) -> None:
    """ZVT terminals and receipt printers raise the same alerts as terminals that speak posmon's document."""
    clock = SystemClock()
    async with (
        SimulatedFleet(clock=clock, terminals=2, kind="zvt") as tills,
        SimulatedFleet(clock=clock, terminals=1, kind="escpos") as printers,
        SimulatedFleet(clock=clock, terminals=1) as ours,
    ):
        kinds = {"ZVT": tills, "ESC": printers, "OUR": ours}
        rows = [
            replace(row, terminal_id=f"{kind}-{row.terminal_id}")
            for kind, fleet in kinds.items()
            if kind != "OUR"
            for row in fleet.inventory
        ]
        write_inventory(tmp_path / "inventory.csv", [*rows, *ours.inventory])
        tills.set_fault("10000001", "tampered")
        tills.set_fault("10000002", "paper_out")
        printers.set_fault("10000001", "paper_out")
        ours.set_fault("10000001", "paper_out")
        async with daemon(write_settings(tmp_path, detectors=DETECTORS)) as posmon:
            expected = {
                ("TerminalTampered", "ZVT-10000001"),
                ("PrinterFault", "ZVT-10000002"),
                ("PaperOut", "ESC-10000001"),
                ("PaperOut", "10000001"),
            }
            await posmon.until_firing(*expected)
            assert await posmon.firing() == expected
            for fleet in kinds.values():
                for row in fleet.inventory:
                    fleet.clear(row.terminal_id)
            await posmon.until_quiet()


async def test_a_printer_beside_a_terminal_raises_the_terminal_s_alert(tmp_path: Path) -> None:
    """Its paper is the terminal's; a printer that is gone makes nobody offline, and ends no alert."""
    clock = SystemClock()
    async with SimulatedFleet(clock=clock, terminals=1) as ours, AsyncExitStack() as printing:
        printers = SimulatedFleet(clock=clock, terminals=1, kind="escpos")
        await printing.enter_async_context(printers)
        row = replace(ours.inventory[0], printer=printers.inventory[0].endpoint)
        write_inventory(tmp_path / "inventory.csv", [row])
        printers.set_fault("10000001", "paper_out")
        async with daemon(write_settings(tmp_path, detectors=DETECTORS)) as posmon:
            await posmon.until_firing(("PaperOut", "10000001"))
            await printing.aclose()
            polls = ours.polls("10000001")
            await ours.polled("10000001", times=polls + 4)
            assert await posmon.firing() == {("PaperOut", "10000001")}
            shown = await posmon.get("/api/v1/terminals/10000001")
            assert (shown["printer"], shown["connectivity"]) == (None, "online")
