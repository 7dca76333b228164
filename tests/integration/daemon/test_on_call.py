"""What people on call say, through the real daemon and its store, over kill -9."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from monitor.adapters.system import SystemClock
from monitor.domain.instant import parse_rfc3339, rfc3339
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually
from tests.fakes import until
from tests.integration.daemon.process import QUICK, DaemonProcess, daemon, write_inventory, write_settings
from tests.integration.daemon.receiver import Receiver, receiver

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

DETECTORS = {"PaperOut": QUICK, "TerminalFlapping": {"enabled": False}}


def configure(folder: Path, fleet: SimulatedFleet, taking: Receiver, **sections: Any) -> Path:
    """Write inventory and configuration; what holds an alert is looked at three times a second."""
    write_inventory(folder / "inventory.csv", fleet.inventory)
    alerting = {"alertmanagers": [taking.url], "resend_interval": "2s"}
    return write_settings(folder, detectors=DETECTORS, alerting=alerting, **sections)


def in_an_hour() -> str:
    """Return the time in an hour."""
    return rfc3339(SystemClock().now().wall + 3600)


async def said(posmon: DaemonProcess, path: str, **document: Any) -> dict[str, Any]:
    """Say something to the daemon, which must take it."""
    async with posmon.session.post(f"{posmon.url}/api/v1/{path}", json=document) as response:
        assert response.status == 201, await response.text()
        made: dict[str, Any] = await response.json()
        return made


async def held(posmon: DaemonProcess) -> dict[str, list[str]]:
    """Return the reasons that hold each terminal's missing paper."""
    alerts = (await posmon.get("/api/v1/alerts?alertname=PaperOut"))["alerts"]
    return {alert["subject"]: [hold["reason"] for hold in alert["held"]] for alert in alerts}


async def kill(posmon: DaemonProcess) -> None:
    """Kill the daemon at once."""
    posmon.process.kill()
    await posmon.process.wait()


async def test_a_silence_survives_a_kill_and_what_outlives_it_is_told(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """With its true beginning, once the silence has ended."""
    fleet = await simulated_fleet(terminals=3)
    quiet, loud = (terminal.terminal_id for terminal in fleet.inventory[:2])
    async with receiver() as taking:
        config = configure(tmp_path, fleet, taking)
        async with daemon(config) as posmon:
            match = {"terminal_id": quiet}
            made = await said(posmon, "silences", match=match, until=in_an_hour(), comment="works")
            await kill(posmon)
        for terminal_id in (quiet, loud):
            fleet.set_fault(terminal_id, "paper_out")
        async with daemon(config) as posmon:
            assert [one["id"] for one in (await posmon.get("/api/v1/silences"))["silences"]] == [made["id"]]
            await posmon.until_firing(("PaperOut", quiet), ("PaperOut", loud))
            await until(lambda: taking.last_word(("PaperOut", loud)) is False, within_s=20)
            assert await held(posmon) == {quiet: ["silence"], loud: []}
            assert taking.last_word(("PaperOut", quiet)) is None
            ended_at = SystemClock().now().wall
            assert await posmon.status_of(f"/api/v1/silences/{made['id']}", method="DELETE") == 200
            await until(lambda: taking.last_word(("PaperOut", quiet)) is False, within_s=20)
            (began,) = taking.beginnings(("PaperOut", quiet))
            assert (parse_rfc3339(began) or ended_at) < ended_at
            actions = (await posmon.get("/api/v1/actions"))["actions"]
    assert [one["what"] for one in actions] == ["silence.end", "silence.add"]


async def test_an_acknowledged_alert_stays_so_over_a_kill_and_its_end_is_told(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """The receiver knows the alert, so it hears that it is over."""
    fleet = await simulated_fleet(terminals=2)
    terminal_id = fleet.inventory[0].terminal_id
    fleet.set_fault(terminal_id, "paper_out")
    async with receiver() as taking:
        config = configure(tmp_path, fleet, taking)
        async with daemon(config) as posmon:
            await until(lambda: taking.last_word(("PaperOut", terminal_id)) is False, within_s=20)
            wish = {"alertname": "PaperOut", "terminal_id": terminal_id, "comment": "on my way"}
            made = await said(posmon, "acks", **wish)
            await kill(posmon)
        async with daemon(config) as posmon:
            assert await held(posmon) == {terminal_id: ["acknowledged"]}
            assert [one["id"] for one in (await posmon.get("/api/v1/acks"))["acks"]] == [made["id"]]
            fleet.clear(terminal_id)
            await posmon.until_quiet()
            await until(lambda: taking.last_word(("PaperOut", terminal_id)) is True, within_s=20)

            async def is_over() -> bool:
                return not (await posmon.get("/api/v1/acks"))["acks"]

            await eventually(is_over)
            wish_status = await posmon.session.post(f"{posmon.url}/api/v1/acks", json=wish)
            assert wish_status.status == 409


async def test_a_planned_window_holds_and_its_end_tells(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """One of the configuration and one that somebody opened; the metric counts by reason."""
    fleet = await simulated_fleet(terminals=3)
    planned, opened = (terminal.terminal_id for terminal in fleet.inventory[:2])
    now = SystemClock().now().wall
    window = {
        "name": "works",
        "match": {"terminal_id": planned},
        "from": rfc3339(now - 60),
        "until": rfc3339(now + 3600),
        "comment": "new shelves",
    }
    async with receiver() as taking:
        config = configure(tmp_path, fleet, taking, windows=[window])
        async with daemon(config) as posmon:
            made = await said(
                posmon, "windows", match={"terminal_id": opened}, until=in_an_hour(), comment="visit"
            )
            for terminal_id in (planned, opened):
                fleet.set_fault(terminal_id, "paper_out")
            await posmon.until_firing(("PaperOut", planned), ("PaperOut", opened))
            assert await held(posmon) == {planned: ["window"], opened: ["window"]}
            origins = {one["name"]: one["origin"] for one in (await posmon.get("/api/v1/windows"))["windows"]}
            assert origins == {"works": "configuration", made["name"]: "posmon"}

            async def is_counted() -> bool:
                return 'posmon_alerts_held{reason="window"} 2.0' in await posmon.text("/metrics")

            await eventually(is_counted)
            assert await posmon.status_of(f"/api/v1/windows/{made['id']}", method="DELETE") == 200
            await until(lambda: taking.last_word(("PaperOut", opened)) is False, within_s=20)
            assert taking.last_word(("PaperOut", planned)) is None
            assert await posmon.status_of("/api/v1/windows/config:works", method="DELETE") == 404
