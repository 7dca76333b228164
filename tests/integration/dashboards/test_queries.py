"""Every query of every dashboard and rule on a real Prometheus that scrapes a real posmon."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.domain.inventory.terminal import Terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.dashboard_files import FILES, LEGEND_LABEL, interpolate, panels, read, selectors, variables
from tests.integration.daemon.process import QUICK, DaemonProcess, daemon, write_inventory, write_settings
from tests.integration.daemon.receiver import receiver
from tests.prometheus_server import Prometheus, prometheus

StartFleet = Callable[..., Awaitable[SimulatedFleet]]

RULES = sorted((Path(__file__).parents[3] / "config/prometheus/rules").glob("*.yml"))
SITE, REGION = '上海 (1号) "店"', "华东"
OFFLINE, PAPERLESS, EMPTY, UNREGISTERED, GUESSED, KEYLESS, SWAPPED, TORN, *WELL = (
    f"{10_000_001 + number}" for number in range(16)
)
VALUES = {
    "job": ".+",
    "instance": ".+",
    "region": ".*",
    "site": ".*",
    "terminal": EMPTY,
    "__rate_interval": "15s",
    "__range": "60s",
}
FOR_ONE_SITE = {"site": SITE.replace('"', r"\"")}
DESERVED = {"PosmonCardDataRefused"}
"""Alerts of Prometheus that are right: `push_odd` pushes what may be a card number."""

SEEN_S = 8.0
"""So long everything is watched after the alerts have fired."""

WITHIN_S = 120.0

EXPECTED = [
    ("TerminalOffline", OFFLINE),
    ("PaperOut", PAPERLESS),
    ("BatteryCritical", EMPTY),
    ("RegistrationLost", UNREGISTERED),
    ("PinFailuresOnTerminal", GUESSED),
    ("TerminalIdMismatch", SWAPPED),
]


def strike(fleet: SimulatedFleet) -> None:
    """Let every kind of trouble befall the fleet that a panel shows."""
    fleet.set_fault(OFFLINE, "offline")
    fleet.set_fault(PAPERLESS, "paper_out")
    fleet.set_fault(EMPTY, "battery_drain", percent="5", rate="6000")
    fleet.set_fault(UNREGISTERED, "unregistered")
    fleet.set_fault(GUESSED, "pin_attack_terminal", interval="1s")
    fleet.set_fault(KEYLESS, "key_fault", interval="1s")
    fleet.set_fault(SWAPPED, "wrong_identity")
    fleet.set_fault(TORN, "not_json")


def inventory_of(fleet: SimulatedFleet) -> list[Terminal]:
    """Return the fleet in two sites of different regions, one with a name that is hard to quote."""
    return [
        replace(row, site=SITE if place < 10 else "Harbour", region=REGION if place < 10 else "north")
        for place, row in enumerate(fleet.inventory)
    ]


@asynccontextmanager
async def scraped(simulated_fleet: StartFleet, folder: Path) -> AsyncIterator[Prometheus]:
    """Yield a Prometheus that has watched posmon while alerts fired."""
    fleet = await simulated_fleet(terminals=16, transactions_per_day=20_000)
    write_inventory(folder / "inventory.csv", inventory_of(fleet))
    quick = dict.fromkeys((name for name, _ in EXPECTED if name != "PinFailuresOnTerminal"), QUICK)
    async with receiver() as alertmanager:
        settings = write_settings(
            folder,
            detectors=quick,
            alerting={"alertmanagers": [alertmanager.url], "resend_interval": "1s"},
        )
        async with (
            daemon(settings) as posmon,
            prometheus(
                posmon.session,
                folder,
                {"posmon": posmon.url.removeprefix("http://")},
                rules=in_a_hurry(folder),
            ) as scraper,
        ):
            await scraper.eventually("posmon_terminal_up == 1")
            strike(fleet)
            await push_odd(posmon)
            await posmon.until_firing(*EXPECTED)
            await asyncio.sleep(SEEN_S)  # noqa: TID251 - rates need several scrapes
            yield scraper


def in_a_hurry(folder: Path) -> list[Path]:
    """Return copies of the rules that no group evaluates more rarely than the others."""
    copies = []
    for path in RULES:
        copies.append(folder / path.name)
        text = path.read_text(encoding="utf-8")
        copies[-1].write_text(re.sub(r"^ +interval: .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    return copies


async def push_odd(posmon: DaemonProcess) -> None:
    """Push an event for a terminal that no inventory has, and one with what may be a card number."""
    event = {"id": "x-1", "at": "2026-11-21T01:00:00Z", "type": "operator_login", "success": False}
    for terminal_id, operator_id in (("99999999", "01"), (WELL[0], "4111111111111111")):
        pushed = {"terminal_id": terminal_id, "events": [event | {"operator_id": operator_id}]}
        async with posmon.session.post(f"{posmon.url}/api/v1/events", json=pushed) as response:
            assert response.status == 202


@dataclass(kw_only=True)
class Findings:
    """What is wrong, and how much was looked at."""

    faults: list[str] = field(default_factory=list)
    panels: int = 0
    queries: int = 0


async def look(scraper: Prometheus) -> Findings:
    """Run every query of every panel, variable and annotation."""
    found = Findings()
    for name, document, panel in panels():
        found.panels += 1
        values = VALUES | (FOR_ONE_SITE if document["uid"] == "posmon-site" else {})
        for target in panel["targets"]:
            found.queries += 1
            found.faults += [f"{name}: {fault}" async for fault in faults_of_target(scraper, target, values)]
    for path in FILES:
        document = read(path)
        found.faults += [f"{path.stem}: {fault}" async for fault in faults_of_lists(scraper, document)]
    return found


async def faults_of_target(
    scraper: Prometheus, target: dict[str, Any], values: dict[str, str]
) -> AsyncIterator[str]:
    """Yield what is wrong with a query: an error, no data, a metric or a label that is not there."""
    expr = interpolate(target["expr"], values)
    answer = await run(scraper, expr, instant=target["instant"])
    if answer["status"] != "success":
        yield f"{answer['error']} in {expr}"
        return
    series = answer["data"]["result"]
    if not series:
        yield f"no data: {expr}"
    wanted = set(LEGEND_LABEL.findall(target["legendFormat"]))
    if any(wanted - one["metric"].keys() for one in series):
        yield f"the legend {target['legendFormat']} names a label that is not there"
    for selector in selectors(expr):
        if not await scraper.query(selector):
            yield f"nothing is {selector}"


async def run(scraper: Prometheus, expr: str, *, instant: bool) -> dict[str, Any]:
    """Ask as Grafana does: for now, or for the course of time."""
    if instant:
        return await scraper.ask("query", query=expr)
    now = time.time()  # noqa: TID251 - the real Prometheus' clock
    return await scraper.ask("query_range", query=expr, start=f"{now - 20}", end=f"{now}", step="1")


async def faults_of_lists(scraper: Prometheus, document: dict[str, Any]) -> AsyncIterator[str]:
    """Yield the variables that have nothing to choose from, and the annotations that are no query."""
    for variable in variables(document, "query"):
        parsed = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
        assert parsed, variable
        selector = interpolate(parsed[1], VALUES)
        answer = await scraper.ask(f"label/{parsed[2]}/values", **{"match[]": selector})
        if not answer.get("data"):
            yield f"nothing to choose for {variable['name']}: {answer}"
    for annotation in document["annotations"]["list"]:
        answer = await run(scraper, interpolate(annotation["expr"], VALUES), instant=False)
        if answer["status"] != "success":
            yield f"annotation {annotation['name']}: {answer}"


async def faults_of_rules(scraper: Prometheus) -> list[str]:
    """Return the rules that fail, the recorded series that are empty and the alerts that fire for nothing."""
    groups = (await scraper.ask("rules"))["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    faults = [f"{rule['name']}: {rule.get('lastError')}" for rule in rules if rule["health"] != "ok"]
    for rule in rules:
        if rule["type"] == "recording" and not await scraper.query(rule["name"]):
            faults.append(f"{rule['name']}: records nothing")
        if rule["type"] == "alerting" and (rule["state"] == "firing") is not (rule["name"] in DESERVED):
            faults.append(f"{rule['name']} is {rule['state']}: {rule['alerts']}")
    return faults + ([] if rules else ["no rules"])


async def test_every_query_has_an_answer(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """No panel is empty, no query an error, no legend wrong; rules record and only what is wrong alerts."""
    async with asyncio.timeout(WITHIN_S), scraped(simulated_fleet, tmp_path) as scraper:
        found = await look(scraper)
        faults = found.faults + await faults_of_rules(scraper)
    assert faults == []
    assert found.panels > 60
    assert found.queries >= found.panels
