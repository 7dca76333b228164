"""The example configuration of Alertmanager, judged by Alertmanager's own programs."""

import asyncio
import json
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from monitor.config.settings import Settings
from monitor.domain.detectors.table import DETECTORS
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.alertmanagers import eventually, real_alertmanager
from tests.integration.daemon.process import daemon, write_inventory, write_settings
from tests.real import require

EXAMPLE = Path(__file__).parents[2] / "config/alertmanager"
QUICK = {"group_wait": "2s", "group_interval": "1s", "repeat_interval": "1h"}
SHOPS, TERMINALS = ("湖滨店", "断桥店", "灵隐店"), 15

StartFleet = Callable[..., Awaitable[SimulatedFleet]]


def amtool(*arguments: str) -> str:
    """Run amtool and return what it prints; what it finds wrong fails the test."""
    done = subprocess.run(
        [require("amtool"), *arguments], cwd=EXAMPLE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_example_is_taken() -> None:
    """With its templates."""
    assert "SUCCESS" in amtool("check-config", "alertmanager.yml")


ROUTES = {
    "Watchdog": "dead-mans-switch",
    "TerminalTampered": "security",
    "PinFailuresAcrossTerminals": "security",
    "PinFailuresOnCard": "security-mail",
    "PinLockImminent": "security-mail",
    "UnknownTerminalId": "security-mail",
    "SiteOffline": "oncall,operations",
    "FleetUnreachable": "oncall,operations",
    "PaperOut": "oncall,operations",
    "BatteryLow": "operations",
    "PaperLow": "operations",
    "FirmwareOutdated": "digest",
}


@pytest.mark.parametrize("alertname", ROUTES)
def test_alert_goes_to_its_receivers(alertname: str) -> None:
    """As posmon labels it by default."""
    detector = next(detector for detector in DETECTORS if detector.alertname == alertname)
    severity = Settings().rule_book()[alertname].severity
    labels = [f"alertname={alertname}", f"severity={severity}", f"category={detector.category}", "site=A"]
    route = ("config", "routes", "test", "--config.file=alertmanager.yml", *labels)
    assert amtool(*route).strip() == ROUTES[alertname]


def test_no_alert_of_security_goes_anywhere_else() -> None:
    """Nor does it wait for business hours, or behind another alert."""
    config = yaml.safe_load((EXAMPLE / "alertmanager.yml").read_text(encoding="utf-8"))
    routes = [one for one in config["route"]["routes"] if 'category = "security"' in one["matchers"]]
    assert [one["receiver"] for one in routes] == ["security", "security-mail"]
    for route in routes:
        assert not route.keys() & {"continue", "active_time_intervals", "mute_time_intervals"}
    assert all('category != "security"' in rule["target_matchers"] for rule in config["inhibit_rules"])


def test_secrets_stand_in_files() -> None:
    """But for the one that Alertmanager 0.25 reads from nowhere else, and none is real."""
    text = (EXAMPLE / "alertmanager.yml").read_text(encoding="utf-8")
    inline = [
        line
        for line in text.splitlines()
        if any(f"{word}:" in line for word in ("password", "key", "secret"))
    ]
    assert inline == ["  wechat_api_secret: WECOM-SECRET"]


@asynccontextmanager
async def pagers() -> AsyncIterator[tuple[str, dict[str, list[Any]]]]:
    """Serve every receiver: the URL below which each has its own path, and what each was told."""
    told: dict[str, list[Any]] = {}

    async def take(request: web.Request) -> web.Response:
        told.setdefault(request.path.strip("/"), []).append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/{receiver}", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/")), told


def quickened(url: str) -> str:
    """Return the example with its own routes, quick timings, and webhooks in place of its receivers."""
    config = yaml.safe_load((EXAMPLE / "alertmanager.yml").read_text(encoding="utf-8"))
    for route in (config["route"], *config["route"]["routes"]):
        route.update(QUICK)
        # The test is to pass at night too.
        route.pop("active_time_intervals", None)
    config["receivers"] = [
        {"name": one["name"], "webhook_configs": [{"url": url + one["name"], "send_resolved": True}]}
        for one in config["receivers"]
    ]
    config["templates"] = [str(EXAMPLE / "templates/*.tmpl")]
    return json.dumps(config)  # JSON is YAML


def counted(documents: list[Any]) -> Counter[tuple[str, str]]:
    """Return how many messages had which status and alerts."""
    return Counter(
        (one["status"], " ".join(alert["labels"]["alertname"] for alert in one["alerts"]))
        for one in documents
    )


def test_rules_of_prometheus_say_what_to_do(tmp_path: Path) -> None:
    """They have no advice for a shop: their description stands in its place, in either language."""
    words = {
        "summary": "posmon on a does not answer",
        "summary_zh": "a 上的 posmon 没有应答",
        "description": "Look at systemctl status posmon.",
        "description_zh": "请查看 systemctl status posmon。",
    }
    alert = {"status": "firing", "labels": {"alertname": "PosmonDown"}, "annotations": words}
    alert["startsAt"] = "2026-11-21T01:00:00Z"
    said = rendered({"status": "firing", "alerts": [alert], "commonLabels": alert["labels"]}, tmp_path)
    for form in ("text", "markdown"):
        assert words["description"] in said["en", form]
        assert words["description_zh"] in said["zh", form]


async def test_dark_region_is_one_page_and_one_all_clear(simulated_fleet: StartFleet, tmp_path: Path) -> None:
    """Three shops lose their lines: terminals, posmon, Alertmanager with the example's routes, webhook."""
    fleet = await simulated_fleet(terminals=TERMINALS + 20)
    inventory = [
        replace(row, site=SHOPS[place // 5] if place < TERMINALS else f"other-{place // 5}", region="华东")
        for place, row in enumerate(fleet.inventory)
    ]
    write_inventory(tmp_path / "inventory.csv", inventory)
    detectors = {
        "SiteOffline": {"for": "1s", "keep_firing_for": "1s"},
        "TerminalOffline": {"for": "2s"},
        "ClockSkew": {"enabled": False},
    }
    async with (
        pagers() as (url, told),
        real_alertmanager(tmp_path / "am", configuration=quickened(url)) as alertmanager,
    ):
        alerting = {"alertmanagers": [alertmanager.url], "resend_interval": "2s"}
        async with daemon(write_settings(tmp_path, alerting=alerting, detectors=detectors)) as posmon:
            for row in inventory:
                await fleet.polled(row.terminal_id, times=2)
            dark = [row.terminal_id for row in inventory[:TERMINALS]]
            for terminal_id in dark:
                fleet.set_fault(terminal_id, "offline")
            await eventually(lambda: _told(told, "firing"))
            await posmon.until_firing(*(("TerminalOffline", terminal_id) for terminal_id in dark))
            for terminal_id in dark:
                fleet.clear(terminal_id)
            await eventually(lambda: _told(told, "resolved"))
            await posmon.until_quiet()
            # A second message would come with the next group interval.
            await asyncio.sleep(2.5)  # noqa: TID251 - real time must pass
    for page in (told["oncall"], told["operations"]):
        # Whoever pages takes what has one key for one incident.
        assert len({message["groupKey"] for message in page}) == 1
        assert [message["status"] for message in page].count("resolved") == 1
        alerts = [alert["labels"] for message in page for alert in message["alerts"]]
        assert {(labels["alertname"], labels["site"]) for labels in alerts} == {
            ("SiteOffline", shop) for shop in SHOPS
        }
    assert told.keys() == {"oncall", "operations", "dead-mans-switch"}
    assert counted(told["dead-mans-switch"])["firing", "Watchdog"]
    _check_templates([max(told["oncall"], key=_firing), told["oncall"][-1]], tmp_path)


async def _told(told: dict[str, list[Any]], status: str) -> bool:
    return status in [message["status"] for message in told.get("oncall", [])]


def _firing(message: Any) -> int:
    return [alert["status"] for alert in message["alerts"]].count("firing")


def _check_templates(documents: list[Any], folder: Path) -> None:
    """Render what the receivers were told in both languages."""
    firing, over = (rendered(document, folder) for document in documents)
    annotations = documents[0]["alerts"][0]["annotations"]
    assert firing["en", "subject"] == "[FIRING 3] 华东: SiteOffline"
    assert firing["zh", "subject"] == "[告警 3] 华东：SiteOffline"  # noqa: RUF001
    assert over["en", "subject"].startswith("[RESOLVED] ")
    assert over["zh", "subject"].startswith("[已恢复] ")
    for form in ("text", "markdown"):
        for lang, suffix in (("en", ""), ("zh", "_zh")):
            for key in ("runbook_url", *(f"{name}{suffix}" for name in ("summary", "cause", "action"))):
                assert annotations[key] in firing[lang, form], (lang, form, key)
        assert "Resolved" in over["en", form]
        assert "已恢复" in over["zh", form]


def rendered(document: Any, folder: Path) -> dict[tuple[str, str], str]:
    """Return what each template makes of a message, by language and form."""
    data = folder / "message.json"
    data.write_text(json.dumps(document), encoding="utf-8")
    return {
        (lang, form): amtool(
            "template",
            "render",
            f"--template.glob={EXAMPLE}/templates/*.tmpl",
            f"--template.data={data}",
            f'--template.text={{{{ template "posmon.{lang}.{form}" . }}}}',
        ).strip()
        for lang in ("en", "zh")
        for form in ("subject", "text", "markdown")
    }
