"""The real daemon records its polls, is killed, goes on, and other settings are tried on what it saw."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.recording.folder import segments
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.daemon.process import (
    WITHIN_S,
    DaemonProcess,
    daemon,
    write_inventory,
    write_settings,
)

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

RECORDING = {"days": 1, "flush_interval": "1s"}


def settings(folder: Path, name: str, hold: str) -> Path:
    """Write a configuration that records, and whose TerminalOffline waits for `hold`."""
    detectors = {"TerminalOffline": {"for": hold}}
    path = write_settings(folder, recording=RECORDING, detectors=detectors)
    return path.rename(folder / name)


async def until_recorded(running: DaemonProcess, polls: int) -> None:
    """Wait until so many polls of this run are in the recording."""
    async with asyncio.timeout(WITHIN_S):
        while await metric(running, "posmon_recording_polls_total") < polls:  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us


async def metric(running: DaemonProcess, name: str) -> float:
    """Return the value of a metric without labels."""
    lines = (await running.text("/metrics")).splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


async def backtest(baseline: Path, config: Path, *arguments: str) -> Ended:
    """Run the command without a daemon."""
    return await asyncio.to_thread(
        posmon, "backtest", "--baseline", str(baseline), "--config", str(config), *arguments
    )


async def test_a_lower_threshold_shows_the_alert_that_it_would_have_raised(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """The recording survives a kill -9 and goes on with the next run; both runs are evaluated."""
    fleet = await simulated_fleet(terminals=6)
    silent = fleet.inventory[0].terminal_id
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    prompt = settings(tmp_path, "prompt.yaml", "1s")
    patient = settings(tmp_path, "posmon.yaml", "1h")
    async with daemon(patient) as running:
        await until_recorded(running, 12)
        fleet.set_fault(silent, "offline")
        await until_recorded(running, 48)
        running.process.kill()
        await running.process.wait()
    async with daemon(patient) as running:
        await until_recorded(running, 12)
        assert await metric(running, "posmon_recording_degraded") == 0
        assert await running.stop() == 0
    assert len(segments(tmp_path / "recording")) >= 2
    ended = await backtest(patient, prompt, "-o", "json")
    assert ended.code == 0, ended.err
    document = json.loads(ended.out)
    [offline] = [one for one in document["alerts"] if one["alertname"] == "TerminalOffline"]
    assert (offline["raised_before"], offline["raised"], offline["told"]) == (0, 1, 1)
    assert [one["subject"] for one in offline["new"]] == [silent]
    assert document["polls"] >= 60
    assert not document["damaged_blocks"]
    _assert_readable(await backtest(patient, prompt), silent)
    _assert_readable(await backtest(patient, prompt, "--lang", "zh"), silent)
    csv = await backtest(patient, prompt, "-o", "csv")
    assert f"TerminalOffline,new,{silent}," in csv.out
    earlier = await backtest(patient, prompt, "--to", "2026-01-01T00:00:00Z")
    assert earlier.out == "The recording has no polls of this time.\n"


def _assert_readable(ended: Ended, silent: str) -> None:
    assert ended.code == 0, ended.err
    assert silent in ended.out
    assert "CardAttack" in ended.out, "what cannot be tried is named"


async def test_nothing_is_recorded_unless_wished(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """By default there is no folder, no metric, and nothing to try settings on."""
    fleet = await simulated_fleet(terminals=2)
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    path = write_settings(tmp_path)
    async with daemon(path) as running:
        assert "posmon_recording" not in await running.text("/metrics")
        assert await running.stop() == 0
    assert not (tmp_path / "recording").exists()
    ended = await backtest(path, path)
    assert ended.code == 1
    assert "no recording; set recording.days" in ended.err


async def test_a_folder_that_cannot_be_written_costs_the_recording_alone(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Polling and alerts go on; the log says it once, the metrics as long as it lasts."""
    fleet = await simulated_fleet(terminals=2)
    silent = fleet.inventory[0].terminal_id
    fleet.set_fault(silent, "offline")
    write_inventory(tmp_path / "inventory.csv", fleet.inventory)
    (tmp_path / "recording").write_text("in the way")
    async with daemon(settings(tmp_path, "posmon.yaml", "1s")) as running:
        await running.until_logged("recording.failed")
        await running.until_firing(("TerminalOffline", silent))
        async with asyncio.timeout(WITHIN_S):
            while await metric(running, "posmon_recording_lost_polls_total") < 12:  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # noqa: TID251 - another process has no event for us
        assert await metric(running, "posmon_recording_degraded") == 1
        assert sum("recording.failed" in line for line in running.log) == 1
        (tmp_path / "recording").unlink()
        await until_recorded(running, 1)
        assert await metric(running, "posmon_recording_degraded") == 0
        assert await running.stop() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-12-02T00:00:00Z", "--to", "2026-12-01T00:00:00Z"), "--from must be before --to"),
        (("--from", "yesterday"), "is no time such as"),
    ],
)
def test_a_time_that_cannot_be_is_refused(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """The command names the option."""
    options: Mapping[str, Any] = {"env": {"POSMON_CONFIG": str(tmp_path / "none.yaml")}}
    ended = posmon("backtest", "--config", str(tmp_path / "none.yaml"), *arguments, **options)
    assert ended.code == 2
    assert said in ended.err
