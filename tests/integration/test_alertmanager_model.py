"""The evaluation's model of Alertmanager, beside the real one: the same alerts, the same messages."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.evaluate.calm.alertmanager_config import alertmanager_config
from bench.evaluate.calm.alertmanager_model import AlertmanagerModel
from monitor.adapters.system import SystemClock
from monitor.domain.detectors.table import DETECTORS
from tests.alertmanagers import real_alertmanager

EXAMPLE = Path(__file__).parents[2] / "config/alertmanager/alertmanager.yml"
GROUP_WAIT_S, GROUP_INTERVAL_S = 1.0, 2.0
CLOCK = SystemClock()

Told = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""A receiver, the labels of a group, what fires there and what is over."""


def alert(
    name: str, severity: str = "critical", category: str = "connectivity", **labels: str
) -> dict[str, str]:
    """Return the labels of an alert as posmon sets them."""
    owner = next(detector.owner.value for detector in DETECTORS if detector.alertname == name)
    return {"alertname": name, "severity": severity, "category": category, "owner": owner} | labels


SITE_A = alert("SiteOffline", site="a", region="north")
SITE_B = alert("SiteOffline", site="b", region="north")
PAPER_A = alert("PaperOut", category="printer", terminal_id="1", site="a", region="north")
PAPER_C = alert("PaperOut", category="printer", terminal_id="3", site="c", region="south")
OFFLINE_C = alert("TerminalOffline", terminal_id="3", site="c", region="south")
LOW_C = alert("BatteryLow", "warning", "power", terminal_id="4", site="c", region="south")
ATTACK = alert("PinFailuresOnTerminal", category="security", terminal_id="5", site="a", region="north")
LOG_IN = alert("OperatorLoginFailures", "warning", "security", terminal_id="8", site="d", region="west")
CARD = alert("CardAttack", category="security", card="abc")
ACROSS = alert("PinFailuresAcrossTerminals", category="security", card="abc")
PAD_A, PAD_B = (
    alert("PinPadFault", category="device", terminal_id=one, site=one, region="west", model="P300")
    for one in ("11", "12")
)
FIRMWARE = alert("FirmwareOutdated", "info", "device", terminal_id="6", site="c", region="south")
SHORT = alert("HostUnreachable", category="device", terminal_id="7", site="d", region="west")

FIRES, ENDS = True, False
PLAY: tuple[tuple[float, dict[str, str], bool, float], ...] = (
    (0.0, SITE_A, FIRES, 0.0),
    (0.0, PAPER_A, FIRES, 0.0),
    (0.0, PAPER_C, FIRES, 0.0),
    (0.0, LOW_C, FIRES, 30.0),
    (0.0, FIRMWARE, FIRES, 0.0),
    (0.2, SHORT, FIRES, 0.0),
    (0.5, ATTACK, FIRES, 30.0),
    (0.5, SHORT, ENDS, 0.0),
    (0.5, LOG_IN, FIRES, 0.0),
    (0.5, CARD, FIRES, 0.0),
    (0.5, PAD_A, FIRES, 0.0),
    (2.0, SITE_B, FIRES, 30.0),
    (2.1, OFFLINE_C, FIRES, 0.0),
    (2.1, PAD_B, FIRES, 0.0),
    (2.2, ACROSS, FIRES, 0.0),
    (4.0, SITE_A, ENDS, 0.0),
    (4.1, PAPER_C, ENDS, 0.0),
    (6.1, SITE_B, ENDS, 0.0),
    (6.1, OFFLINE_C, ENDS, 0.0),
    (6.3, LOW_C, ENDS, 0.0),
    (7.2, ATTACK, ENDS, 0.0),
    (9.9, SITE_A, FIRES, 0.0),
)
"""When something is posted, whether it fires or ends, and for how long it had been so.

Nothing is posted within a few tenths of a second of a flush.
"""
LASTS_S = 12.5


def quick_example() -> dict[str, Any]:
    """Return the example with its own routes and inhibitions, and quick timings."""
    config: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    timings = {
        "group_wait": f"{GROUP_WAIT_S:.0f}s",
        "group_interval": f"{GROUP_INTERVAL_S:.0f}s",
        "repeat_interval": "1h",
    }
    for route in _routes(config["route"]):
        route.update(timings)
        # The test is to pass at night too.
        route.pop("active_time_intervals", None)
    return config


def _routes(route: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield route
    for child in route.get("routes", ()):
        yield from _routes(child)


def for_webhooks(config: dict[str, Any], url: str) -> dict[str, Any]:
    """Return a configuration with webhooks in place of its receivers."""
    ends = alertmanager_config(config).receivers
    return config | {
        "global": {},
        "templates": [],
        "receivers": [
            {"name": name, "webhook_configs": [{"url": url + name, "send_resolved": one.tells_ends}]}
            for name, one in ends.items()
        ],
    }


@asynccontextmanager
async def receivers() -> AsyncIterator[tuple[str, list[Told]]]:
    """Serve every receiver: the URL below which each has its path, and what they were told in order."""
    told: list[Told] = []

    async def take(request: web.Request) -> web.Response:
        message = await request.json()
        sides = [
            tuple(sorted(one["labels"]["alertname"] for one in message["alerts"] if one["status"] == status))
            for status in ("firing", "resolved")
        ]
        told.append((request.path.strip("/"), _words(message["groupLabels"]), sides[0], sides[1]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{receiver}", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/")), told


def _words(labels: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(labels.items())))


async def post(url: str, labels: Mapping[str, str], starts_at: float, ends_at: float) -> None:
    """Post one alert."""
    document = {
        "labels": dict(labels),
        "startsAt": datetime.fromtimestamp(starts_at, UTC).isoformat(),
        "endsAt": datetime.fromtimestamp(ends_at, UTC).isoformat(),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/v2/alerts", json=[document]) as answer,
    ):
        assert answer.status == 200


async def test_model_and_alertmanager_tell_the_same(tmp_path: Path) -> None:
    """Routes, groups, waiting, inhibition, ends: the example as shipped, but quick."""
    config = quick_example()
    model = AlertmanagerModel(alertmanager_config(config))
    began: dict[str, float] = {}
    async with (
        receivers() as (url, told),
        real_alertmanager(tmp_path, configuration=json.dumps(for_webhooks(config, url))) as alertmanager,
    ):
        start = CLOCK.now().wall
        for at, labels, fires, lasted_s in PLAY:
            await CLOCK.sleep(start + at - CLOCK.now().wall)
            now = CLOCK.now().wall
            key = json.dumps(labels)
            began[key] = now - lasted_s if fires else began[key]
            ends_at = now + 300 if fires else now
            model.pass_to(now)
            model.take(labels, now, starts_at=began[key], ends_at=ends_at)
            await post(alertmanager.url, labels, began[key], ends_at)
        await CLOCK.sleep(start + LASTS_S - CLOCK.now().wall)
    model.pass_to(start + LASTS_S)
    modelled = [
        (
            message.receiver,
            _words(dict(message.group[1])),
            tuple(sorted(one.labels["alertname"] for one in message.firing)),
            tuple(sorted(one.labels["alertname"] for one in message.resolved)),
        )
        for message in model.messages
    ]
    assert _by_group(told) == _by_group(modelled)
    assert {receiver for receiver, *_ in modelled} == {
        "oncall", "operations", "security", "security-mail", "shops", "digest"
    }  # fmt: skip
    assert not any("HostUnreachable" in firing for _, _, firing, _ in told)


def _by_group(messages: list[Told]) -> dict[tuple[str, str], list[Told]]:
    """Return the messages of each group in order; those of different groups may overtake each other."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for message in messages:
        groups.setdefault(message[:2], []).append(message)
    return groups
