"""The example configuration of Alertmanager, judged by Alertmanager's own programs."""

import asyncio
import json
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from monitor.config.settings import Settings
from monitor.domain.alerts.alert import Owner, Severity
from monitor.domain.alerts.labels import identity_labels
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
    "CardAttack": "security",
    "OperatorLoginFailures": "security-mail",
    "PinFailuresOnCard": "digest",
    "PinLockImminent": "digest",
    "UnknownTerminalId": "operations",
    "SiteOffline": "oncall,operations",
    "FleetUnreachable": "oncall,operations",
    "PinPadFault": "oncall,operations",
    "HostUnreachable": "oncall,operations",
    "TerminalOffline": "shops",
    "PaperOut": "shops",
    "BatteryLow": "shops",
    "PaperLow": "shops",
    "WeakSignal": "operations",
    "FirmwareOutdated": "digest",
}


@pytest.mark.parametrize("alertname", ROUTES)
def test_alert_goes_to_its_receivers(alertname: str) -> None:
    """As posmon labels it by default."""
    detector = next(detector for detector in DETECTORS if detector.alertname == alertname)
    rule = Settings().rule_book()[alertname]
    labels = [f"{name}={value}" for name, value in identity_labels(rule, detector.subjects[0], {}).items()]
    labels.append("site=A")
    route = ("config", "routes", "test", "--config.file=alertmanager.yml", *labels)
    assert amtool(*route).strip() == ROUTES[alertname]


def test_nothing_that_a_shop_mends_calls_anybody() -> None:
    """Whatever its severity, and no other critical alert is left out."""
    rules = Settings().rule_book()
    for detector in DETECTORS:
        if detector.owner is Owner.SHOP:
            assert "oncall" not in _receivers_of(identity_labels(rules[detector.alertname], "terminal", {}))
        elif detector.severity is Severity.CRITICAL:
            kind = detector.subjects[0]
            told = _receivers_of(identity_labels(rules[detector.alertname], kind, {}))
            assert told in (["oncall", "operations"], ["security"]), detector.alertname


def test_an_alert_without_an_owner_is_told_as_ever() -> None:
    """One that was open before posmon named owners, or another program's."""
    assert _receivers_of({"alertname": "PaperOut", "severity": "critical"}) == ["oncall", "operations"]
    assert _receivers_of({"alertname": "TerminalTampered", "severity": "critical"}) == [
        "oncall",
        "operations",
    ]


def _receivers_of(labels: Mapping[str, str]) -> list[str]:
    """Return the receivers by the order and the matchers of the example's routes."""
    config = yaml.safe_load((EXAMPLE / "alertmanager.yml").read_text(encoding="utf-8"))
    told = []
    for route in config["route"]["routes"]:
        if all(_fits(matcher, labels) for matcher in route["matchers"]):
            told.append(route["receiver"])
            if not route.get("continue"):
                break
    return told or [config["route"]["receiver"]]


def _fits(matcher: str, labels: Mapping[str, str]) -> bool:
    name, sign, value = matcher.split(" ", 2)
    given, wanted = labels.get(name, ""), value.strip('"')
    return {"=": given == wanted, "=~": bool(re.fullmatch(wanted, given))}[sign]


def test_no_alert_of_security_goes_anywhere_else() -> None:
    """Nor does it wait for business hours, or behind another alert."""
    config = yaml.safe_load((EXAMPLE / "alertmanager.yml").read_text(encoding="utf-8"))
    routes = [one for one in config["route"]["routes"] if 'owner = "security"' in one["matchers"]]
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


async def test_an_ordinary_day_and_a_bad_update_are_one_page(
    simulated_fleet: StartFleet, tmp_path: Path
) -> None:
    """Empty paper in two shops is one summary of each; the same model broken in three shops is one page."""
    fleet = await simulated_fleet(terminals=TERMINALS)
    inventory = [
        replace(row, site=SHOPS[place // 5], region="华东", model="N910")
        for place, row in enumerate(fleet.inventory)
    ]
    write_inventory(tmp_path / "inventory.csv", inventory)
    quick = {"for": "0s"}
    detectors = {"PaperOut": quick, "PinPadFault": quick, "ClockSkew": {"enabled": False}}
    async with (
        pagers() as (url, told),
        real_alertmanager(tmp_path / "am", configuration=quickened(url)) as alertmanager,
    ):
        alerting = {"alertmanagers": [alertmanager.url], "resend_interval": "2s"}
        async with daemon(write_settings(tmp_path, alerting=alerting, detectors=detectors)) as posmon:
            empty = [row.terminal_id for row in inventory[:10]]
            broken = [row.terminal_id for row in inventory[4::5]]
            for terminal_id in empty:
                fleet.set_fault(terminal_id, "paper_out")
            await posmon.until_firing(*(("PaperOut", terminal_id) for terminal_id in empty))
            await eventually(lambda: _has_heard_of(told, "shops", 10))
            for terminal_id in broken:
                fleet.set_fault(terminal_id, "pin_pad_fault")
            await eventually(lambda: _has_heard_of(told, "oncall", len(broken)))
    assert {message["groupLabels"]["site"] for message in told["shops"]} == set(SHOPS[:2])
    assert len({message["groupKey"] for message in told["shops"]}) == 2
    assert len({message["groupKey"] for message in told["oncall"]}) == 1
    alerts = [alert["labels"] for message in told["oncall"] for alert in message["alerts"]]
    assert {labels["alertname"] for labels in alerts} == {"PinPadFault"}
    assert {labels["site"] for labels in alerts} == set(SHOPS)


async def _has_heard_of(told: dict[str, list[Any]], receiver: str, alerts: int) -> bool:
    """Tell whether a receiver was told of so many different alerts."""
    heard = [alert["fingerprint"] for message in told.get(receiver, []) for alert in message["alerts"]]
    return len(set(heard)) >= alerts


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
