import asyncio
import json
import re
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp
import pytest

from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.daemon.process import QUICK, daemon, write_inventory, write_settings

StartFleet = Callable[..., Awaitable[SimulatedFleet]]


async def command(*arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command while daemon and fleet go on."""
    return await asyncio.to_thread(posmon, *arguments, env=env)


def settle(folder: Path, fleet: SimulatedFleet, **sections: object) -> Path:
    """Write inventory and configuration and return the latter's path."""
    write_inventory(folder / "inventory.csv", fleet.inventory)
    detectors = {"PaperOut": QUICK, "SiteOffline": {"for": "1s"}, "TerminalOffline": QUICK}
    return write_settings(folder, **({"detectors": detectors} | sections))


async def test_commands_agree_with_the_daemon(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """What one terminal suffers is told by status, alerts and probe alike, in the promised shape."""
    fleet = await simulated_fleet(terminals=6)
    ill, well = (fleet.inventory[number] for number in (0, 5))
    fleet.set_fault(ill.terminal_id, "paper_out")
    config = settle(tmp_path, fleet)
    async with daemon(config) as running:
        await running.until_firing(("PaperOut", ill.terminal_id))
        env = {"POSMON_URL": running.url, "COLUMNS": "200"}

        status = await command("status", "-o", "json", env=env)
        document = json.loads(status.out)
        worst, *others = document["terminals"]
        assert status.code == 2
        assert document["summary"] == {"ok": 5, "warning": 0, "critical": 1, "unknown": 0}
        assert {name: worst[name] for name in ("terminal_id", "site", "health", "printer", "alerts")} == {
            "terminal_id": ill.terminal_id,
            "site": ill.site,
            "health": "critical",
            "printer": "paper_out",
            "alerts": ["PaperOut"],
        }
        assert [one["alerts"] for one in others] == [[]] * 5

        table = await command("status", env=env)
        assert table.out.startswith("✓ 5 ok   ! 0 warning   ✗ 1 critical   ? 0 unknown   of 6 terminals\n")
        assert "PaperOut: receipt printer: paper out" in table.out
        assert (await command("status", well.terminal_id, env=env)).code == 0
        assert (await command("status", "--site", ill.site, "--health", "critical", env=env)).code == 2
        assert (await command("status", "nobody", env=env)).code == 3

        alerts = await command("alerts", env=env)
        assert alerts.code == 2
        assert f"PaperOut  {ill.terminal_id}, {ill.site}" in alerts.out
        assert "To do: Put in a new roll" in alerts.out
        assert "Watchdog" not in alerts.out
        (told,) = json.loads((await command("alerts", "-o", "json", env=env)).out)["alerts"]
        assert told["annotations"]["runbook_url"] == f"{running.url}/runbooks/PaperOut"
        assert await running.status_of("/runbooks/PaperOut") == 200
        assert "Watchdog" in (await command("alerts", "--severity", "none", env=env)).out
        assert (await command("alerts", "--site", "nowhere", env=env)).code == 0

        probe = await command("probe", ill.terminal_id, "--config", str(config))
        assert probe.code == 2
        assert re.search(
            r"^PaperOut +present +critical +1s +receipt printer: paper out", probe.out, re.MULTILINE
        )


async def test_people_on_call(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """The daemon takes what the shell and a form of its pages say, and the record has both."""
    fleet = await simulated_fleet(terminals=6)
    ill = fleet.inventory[0]
    fleet.set_fault(ill.terminal_id, "paper_out")
    async with daemon(settle(tmp_path, fleet)) as running:
        await running.until_firing(("PaperOut", ill.terminal_id))
        env = {"POSMON_URL": running.url, "COLUMNS": "200"}
        made = await command("ack", "PaperOut", ill.terminal_id, "--comment", "on my way", env=env)
        assert made.code == 0, made.err
        assert "on my way" in (await command("alerts", "--held", env=env)).out
        async with aiohttp.ClientSession(headers={"Accept": "text/html"}) as browser:
            async with browser.get(f"{running.url}/alerts?alertname=PaperOut") as answer:
                (key,) = re.findall(r'form="bulk" name="alert" value="([^"]+)"', await answer.text())
            form = {"do": "end", "alert": key, "back": "/alerts?alertname=PaperOut"}
            async with browser.post(f"{running.url}/alerts", data=form) as answer:
                assert (answer.status, answer.url.path) == (200, "/alerts")
                assert "1 is ended." in await answer.text()
        assert (await command("ack", "list", env=env)).out == "No alert is acknowledged.\n"
        wish = ("--match", f"terminal_id={ill.terminal_id}", "--for", "1h", "--comment", "works")
        assert (await command("silence", "add", *wish, env=env)).code == 0
        assert (await command("window", "add", *wish, env=env)).code == 0
        record = json.loads((await command("actions", "-o", "json", env=env)).out)["actions"]
    assert [(one["what"], one["via"]) for one in record] == [
        ("window.add", "cli"),
        ("silence.add", "cli"),
        ("ack.end", "page"),
        ("ack.add", "cli"),
    ]


async def test_site_outage(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """A dead site stands above the table, and its terminals' alerts say why they are not sent."""
    fleet = await simulated_fleet(terminals=30)
    site = max({terminal.site for terminal in fleet.inventory}, key=[t.site for t in fleet.inventory].count)
    members = [terminal.terminal_id for terminal in fleet.inventory if terminal.site == site]
    for terminal_id in members:
        fleet.set_fault(terminal_id, "offline")
    async with daemon(settle(tmp_path, fleet)) as running:
        await running.until_firing(("SiteOffline", site), ("TerminalOffline", members[0]))
        env = {"POSMON_URL": running.url, "COLUMNS": "200"}
        status = await command("status", "--site", site, env=env)
        count = len(members)
        outage = f"✗ Site offline: {site}: {count} of {count} terminals of the site do not answer"
        assert (status.code, status.out.splitlines()[1]) == (2, outage)
        assert "Not sent: SiteOffline" in (await command("alerts", env=env)).out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_run_ends_with_0(simulated_fleet: StartFleet, tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM and SIGINT end the daemon as it should end, without a word about it."""
    config = settle(tmp_path, await simulated_fleet(terminals=2))
    async with daemon(config) as running:
        assert await running.stop(number) == 0
    assert not [line for line in running.log if not line.startswith("{") or '"error"' in line]


async def test_options_outvote_file_and_environment(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """--listen and --log-level hold at the start and through reloads."""
    fleet = await simulated_fleet(terminals=2)
    config = settle(tmp_path, fleet, web={"listen": "127.0.0.1:1"}, logging={"level": "error"})
    arguments = ["--listen", "127.0.0.1:0", "--log-level", "info", "--log-format", "json"]
    async with daemon(config, *arguments) as running:
        running.process.send_signal(signal.SIGHUP)
        await running.until(lambda _: sum("reload.done" in line for line in running.log) == 2, "a reload")
        assert not [line for line in running.log if "reload.needs_restart" in line]
        assert await running.status_of("/-/ready") == 200


async def test_port_in_use(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """A port that somebody has is named, with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        config = settle(tmp_path, await simulated_fleet(terminals=2), web={"listen": place})
        ended = await command("run", "--config", str(config))
    assert ended.code == 1
    said = f"Error: cannot listen on {place}: Address already in use; choose another place with --listen\n"
    assert ended.err.endswith(said)
    assert "Traceback" not in ended.err


def test_run_names_every_fault(tmp_path: Path) -> None:
    """Each fault of the configuration is one line on stderr, and the exit code is 1."""
    config = tmp_path / "posmon.yml"
    config.write_text("polling: {interval: 3, timeout: 4 s}\nfoo: 1\n")
    ended = posmon("run", "--config", str(config))
    assert (ended.code, ended.out) == (1, "")
    places = [line.removeprefix(f"{config}:").split(": ")[:2] for line in ended.err.splitlines()]
    assert places == [["1", "polling.interval"], ["1", "polling.timeout"], ["2", "foo"]]


def test_run_without_a_file(tmp_path: Path) -> None:
    """A configuration that is not there is told in one line."""
    ended = posmon("run", "--config", str(tmp_path / "none.yml"))
    assert ended.code == 1
    assert ended.err == f"{tmp_path}/none.yml: cannot be read: No such file or directory\n"


async def test_run_finds_its_file(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Without --config the one in the working directory is taken, or else it is said where it looked."""
    ended = await asyncio.to_thread(posmon, "run", cwd=tmp_path)
    assert ended.code == 1
    assert "no configuration found (posmon.yaml, posmon.yml, /etc/posmon/posmon.yaml)" in ended.err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        settle(tmp_path, await simulated_fleet(terminals=2), web={"listen": place})
        ended = await asyncio.to_thread(posmon, "run", cwd=tmp_path)
    assert f"cannot listen on {place}" in ended.err


def test_run_refuses_to_listen_to_the_world(tmp_path: Path) -> None:
    """Without TLS and tokens --listen takes loopback only, and says what is missing."""
    (tmp_path / "posmon.yaml").touch()
    ended = posmon("run", "--listen", "0.0.0.0:7676", cwd=tmp_path)
    assert ended.code == 1
    assert "beyond loopback needs TLS (web.tls.cert_file" in ended.err
