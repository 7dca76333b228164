"""From what simulated terminals tell over HTTP to the cause on the alert."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

GUESSED, KEYLESS, UPGRADED, REPLACED, CLONED, *SHOPS = (f"{10_000_001 + number}" for number in range(8))
SITES = 6
"""Two terminals each, and never two of `SHOPS`: tries within one shop are at first a customer's."""

WITHIN_S = 30.0

EXPECTED = {
    ("PinFailuresOnTerminal", GUESSED): "somebody tries many cards at this terminal",
    ("PinDataFault", KEYLESS): "keypad damaged or key lost",
    ("UnknownTerminalId", UPGRADED): "an upgrade of its system",
    ("UnknownTerminalId", REPLACED): "the device was replaced",
    ("TerminalIdConflict", CLONED): "a cloned or rogue terminal",
    ("PinFailuresAcrossTerminals", ""): "somebody guesses the PIN of a card",
}
"""What each fault opens, and the cause that comes first."""


def strike(fleet: SimulatedFleet) -> None:
    """Let each fault befall its terminal."""
    fleet.set_fault(GUESSED, "pin_attack_terminal", interval="1s")
    fleet.set_fault(KEYLESS, "key_fault", interval="2s")
    fleet.set_fault(UPGRADED, "unknown_terminal", interval="2s", reason="upgraded")
    fleet.set_fault(REPLACED, "unknown_terminal", interval="2s", reason="replaced")
    fleet.set_fault(CLONED, "cloned", interval="1s")
    for shop in SHOPS:
        fleet.set_fault(shop, "pin_attack_card", interval="3s", card="tok_stolen")


async def fired(posmon: DaemonProcess) -> dict[tuple[str, str], dict[str, str]]:
    """Wait until all that is expected fires and return the words by name and terminal."""
    words: dict[tuple[str, str], dict[str, str]] = {}
    try:
        async with asyncio.timeout(WITHIN_S):
            while not words.keys() >= EXPECTED.keys():
                await asyncio.sleep(0.2)  # noqa: TID251 - another process has no event for us
                words = _words(await posmon.get("/api/v1/alerts?state=firing"))
    except TimeoutError:
        raise AssertionError(f"not fired: {EXPECTED.keys() - words.keys()}") from None
    return words


def _words(page: Any) -> dict[tuple[str, str], dict[str, str]]:
    return {
        (alert["alertname"], alert["labels"].get("terminal_id", "")): alert["annotations"]
        for alert in page["alerts"]
    }


async def test_each_fault_is_told_with_its_cause(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """A guesser, lost keys, an upgrade, a replacement, a clone and a stolen card are told apart."""
    fleet = await simulated_fleet(terminals=12, transactions_per_day=2000)
    inventory = [replace(row, site=f"site-{place % SITES}") for place, row in enumerate(fleet.inventory)]
    write_inventory(tmp_path / "inventory.csv", inventory)
    async with daemon(write_settings(tmp_path)) as posmon:
        for row in inventory:
            await fleet.polled(row.terminal_id, times=2)
        strike(fleet)
        words = await fired(posmon)
    for key, cause in EXPECTED.items():
        assert cause in words[key]["cause"].partition(", next ")[0], words[key]
        assert words[key]["cause_zh"]
    assert "55 x" in words["PinFailuresOnTerminal", GUESSED]["evidence"]
    assert "firmware_version" in words["UnknownTerminalId", UPGRADED]["evidence"]
    assert not {subject for _, subject in words} & {row.terminal_id for row in inventory[8:]}
