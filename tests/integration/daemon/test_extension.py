"""A row in a table is all there is to write: real posmon with rows that it does not have."""

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.adapters.runbook_files import runbook_folder
from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.daemon.process import daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

POSMON = "tests.extension.posmon"
SETTINGS = {
    "LogInRefused": {"count": 1, "window": "3s"},
    "BatteryFull": {"at_least": 50},
    "MerchantDark": {"for": "0s"},
    "TerminalOffline": {"for": "0s", "min_failures": 1},
    "SiteOffline": {"enabled": False},
    "FleetUnreachable": {"enabled": False},
    "TerminalFlapping": {"enabled": False},
    "OperatorLoginFailures": {"enabled": False},
}
FULL = '<div class="warning"><dt>Battery</dt>'
REFUSED = '<div class="critical"><dt>Display</dt>'


def by_merchant(fleet: SimulatedFleet) -> list[Terminal]:
    """Return the inventory of the fleet with two terminals of one merchant and the others of another."""
    return [
        replace(terminal, site="", merchant_id="north" if number < 2 else "south")
        for number, terminal in enumerate(fleet.inventory)
    ]


@pytest.fixture
def runbooks(tmp_path: Path) -> Path:
    """Return the folder of runbooks with one more in both languages, that of LogInRefused."""
    folder = tmp_path / "runbooks"
    shutil.copytree(str(runbook_folder()), folder)
    for suffix in (".md", ".zh.md"):
        text = (folder / f"OperatorLoginFailures{suffix}").read_text(encoding="utf-8")
        text = text.replace("OperatorLoginFailures", "LogInRefused")
        (folder / f"LogInRefused{suffix}").write_text(text, encoding="utf-8")
    return folder


async def posmon(*arguments: str) -> tuple[int, str]:
    """Return exit code and output of the extended command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", POSMON, *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_new_detector_is_configured_shown_and_cleared(
    simulated_fleet: StartFleet, tmp_path: Path, runbooks: Path
) -> None:
    """Settings, alert, metrics, page, runbook and the end by time alone: nothing but the row was written."""
    fleet = await simulated_fleet(terminals=4)
    terminal_id = fleet.inventory[3].terminal_id
    write_inventory(tmp_path / "inventory.csv", by_merchant(fleet))
    config = write_settings(tmp_path, detectors=SETTINGS)
    async with daemon(config, module=POSMON, within=("env", f"RUNBOOKS={runbooks}")) as daemon_process:
        fleet.set_fault(terminal_id, "failed_log_ins", interval="1s")
        await daemon_process.until_firing(("LogInRefused", terminal_id), ("BatteryFull", terminal_id))
        page = (await daemon_process.get("/api/v1/alerts?alertname=LogInRefused"))["alerts"]
        words = page[0]["annotations"]
        assert words["summary"] == f"{terminal_id}: 1 or more log-ins refused"
        assert words["description"].startswith("1 or more operator log-ins failed")
        assert words["runbook_url"].endswith("/runbooks/LogInRefused")
        assert await daemon_process.status_of("/runbooks/LogInRefused") == 200
        metrics = await daemon_process.text("/metrics")
        firing = 'posmon_alerts{alertname="LogInRefused",severity="critical",state="firing"} 1.0'
        assert firing in metrics
        assert 'posmon_alert_transitions_total{alertname="MerchantDark",to="firing"} 0.0' in metrics
        shown = await daemon_process.text(f"/terminals/{terminal_id}")
        assert FULL in shown
        assert REFUSED in shown
        fleet.clear(terminal_id)
        await daemon_process.until(lambda firing: ("LogInRefused", terminal_id) not in firing, "it clears")


BAD_SETTINGS = [
    ({"LogInRefused": {"count": 11}}, "detectors.LogInRefused.count"),
    ({"LogInRefused": {"tries": 1}}, "tries"),
    ({"MerchantDark": {"overrides": [{"region": "north", "enabled": False}]}}, "overrides"),
]


@pytest.mark.parametrize(("detectors", "named"), BAD_SETTINGS, ids=[row[1] for row in BAD_SETTINGS])
async def test_a_new_detector_s_settings_are_checked(
    detectors: dict[str, object], named: str, tmp_path: Path
) -> None:
    """Bounds, unknown keys and overrides that cannot be are refused by the row's own fields."""
    write_inventory(tmp_path / "inventory.csv", [])
    code, output = await posmon(
        "config", "check", "--config", str(write_settings(tmp_path, detectors=detectors))
    )
    assert code != 0
    assert named in output


async def test_a_new_detector_is_explained(runbooks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the runbook and the row."""
    monkeypatch.setenv("RUNBOOKS", str(runbooks))
    code, output = await posmon("explain", "--output", "json", "LogInRefused")
    assert code == 0, output
    assert json.loads(output)["alert"]["alertname"] == "LogInRefused"


FOLLOWED = """
import asyncio
from tests.extension.posmon import fill_tables
fill_tables()
from monitor.services.trend_sampler import TrendSampler
from tests.fleets import make_fleet
living = make_fleet(2)
living.hear("10000000", battery={"percent": 99})
living.hear("10000001", battery={"percent": 60})
sampler = TrendSampler(
    fleet=living.fleet, book=living.book, clock=living.clock, trend=living.trend, batteries=living.batteries
)
asyncio.run(sampler.sample())
print(*living.batteries)
"""


async def test_a_new_detector_s_component_is_followed() -> None:
    """The battery's course is kept of a terminal about whose battery the new alert speaks."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FOLLOWED, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.decode().split() == ["10000000"]


async def test_a_new_kind_of_subject_is_grouped_labelled_and_explains(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """A merchant goes dark: one alert about it, which holds back its terminals' alerts, until it is back."""
    fleet = await simulated_fleet(terminals=6)
    inventory = by_merchant(fleet)
    write_inventory(tmp_path / "inventory.csv", inventory)
    async with daemon(write_settings(tmp_path, detectors=SETTINGS), module=POSMON) as daemon_process:
        for terminal in inventory[:2]:
            fleet.set_fault(terminal.terminal_id, "reset")
        lost = {("TerminalOffline", terminal.terminal_id) for terminal in inventory[:2]}
        await daemon_process.until_firing(("MerchantDark", ""), *lost)
        alerts = {
            (alert["alertname"], alert["subject"]): alert
            for alert in (await daemon_process.get("/api/v1/alerts"))["alerts"]
        }
        dark = alerts["MerchantDark", "/merchant/north"]
        assert dark["labels"]["merchant"] == "north"
        assert dark["annotations"]["summary"] == "north: 2 of 2 terminals are dark"
        assert inventory[0].terminal_id in dark["annotations"]["evidence"]
        assert {alerts[key]["suppressed_by"] for key in lost} == {"MerchantDark"}
        for terminal in inventory[:2]:
            fleet.clear(terminal.terminal_id)
        await daemon_process.until(lambda firing: ("MerchantDark", "") not in firing, "the merchant is back")
