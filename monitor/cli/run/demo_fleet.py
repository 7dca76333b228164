"""The fleet of `posmon demo`: of any size, mixed, with a daemon that does not wait long."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import chain, count
from pathlib import Path
from typing import Any

import yaml

from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.detectors.table import DETECTORS
from monitor.simulator.fleet import FIRST_TERMINAL_ID

INTERVAL_S = 2
TRANSACTIONS_PER_DAY = 2400
"""A customer every 36 seconds at each terminal, so that something is sold while one looks."""
_FOR_S = 4
_KEEP_FIRING_S = 6
_OFFLINE_FOR_S = 8
"""Longer than a site takes to be found out, or each of its terminals would be reported first."""
_HOUR_S = 3600
_SITE_SIZE = 8
_LOOPBACK = ["127.0.0.0/8", "::1/128"]
_KEYS = {"square": "access_token", "stripe": "api_key"}
"""What a source of that kind calls its secret; a simulated cloud takes any."""
MIXED_FROM = 60
"""Forty terminals that speak posmon's heartbeat, with all the incidents, and twenty of other kinds."""

_COMPOSITION = (
    "{http} speak posmon's heartbeat, and {zvt} speak ZVT.\n"
    "A simulated Square lists {square}, and a simulated Stripe lists {stripe}."
)


def scenario_of(terminals: int) -> str:
    """Return the demo scenario (YAML) of a fleet with so many terminals.

    A smaller fleet than MIXED_FROM lacks the vendors' terminals, then the last ones and what would befall
    them; a larger one has more shops, where all is well.
    """
    beside = _beside(terminals)
    terminals -= _sizes(beside)["all"]
    demo = _part("demo.yaml")
    sites = list(_sites(demo["sites"], terminals))
    names = {site["name"] for site in sites}
    ids = range(FIRST_TERMINAL_ID, FIRST_TERMINAL_ID + terminals)
    incidents = [
        incident
        for incident in demo["incidents"]
        if incident.get("site") in {None, *names} and all(int(one) in ids for one in incident.get("ids", ()))
    ]
    scenario = {"sites": sites, "incidents": incidents, "beside": beside}
    return yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False)


def composition_of(terminals: int) -> str:
    """Say what the fleet consists of, in lines that fit a narrow screen."""
    if terminals < MIXED_FROM:
        return f"All speak posmon's heartbeat; {MIXED_FROM} or more are a mixed fleet."
    sizes = _sizes(_beside(terminals))
    return _COMPOSITION.format(http=terminals - sizes["all"], **sizes)


def _sizes(beside: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many terminals there are of each kind, and under `all` together."""
    sizes = {fleet["kind"]: sum(site["terminals"] for site in fleet["sites"]) for fleet in beside}
    return sizes | {"all": sum(sizes.values())}


def _beside(terminals: int) -> list[dict[str, Any]]:
    return list(_part("demo_beside.yaml")["beside"]) if terminals >= MIXED_FROM else []


def _part(name: str) -> dict[str, Any]:
    part = yaml.safe_load(files("monitor.simulator").joinpath(name).read_text("utf-8"))
    return dict(part)


def _sites(known: list[dict[str, Any]], terminals: int) -> Iterator[dict[str, Any]]:
    more: Iterator[dict[str, Any]] = (
        {"name": f"Shop {number:03d}", "terminals": _SITE_SIZE} for number in count(len(known) + 1)
    )
    for site in chain(known, more):
        if terminals <= 0:
            return
        yield site | {"terminals": min(terminals, site["terminals"])}
        terminals -= site["terminals"]


def configuration_of(
    *, inventory: Path, port: int, alertmanager: str | None, beside: Mapping[str, str]
) -> str:
    """Return the configuration (YAML) of a daemon for the demo; its data lies beside the inventory.

    `beside` are the URLs of the fleets beside the first one, by their kind.
    """
    return json.dumps(
        {
            "inventory": {"path": str(inventory)},
            "polling": {
                "interval": f"{INTERVAL_S}s",
                "timeout": "1s",
                "allowed_networks": _LOOPBACK,
            },
            "sources": [_source(kind, url) for kind, url in beside.items() if kind in _KEYS],
            "web": {"listen": f"127.0.0.1:{port}"},
            "storage": {"path": str(inventory.with_name("posmon.db"))},
            "alerting": {"alertmanagers": [alertmanager] if alertmanager else [], "resend_interval": "10s"},
            "detectors": {detector.alertname: settings for detector, settings in _quickened()},
        },
        ensure_ascii=False,
        indent=1,
    )


def _source(kind: str, url: str) -> dict[str, Any]:
    return {
        "name": kind,
        "kind": kind,
        "url": url,
        _KEYS[kind]: "any",
        "interval": f"{INTERVAL_S}s",
        "timeout": "1s",
        "allowed_networks": _LOOPBACK,
    }


def _quickened() -> Iterator[tuple[Any, dict[str, str]]]:
    """Yield the detectors that wait for seconds or minutes, with settings that wait for less."""
    for detector in DETECTORS:
        settings = {}
        if _FOR_S < detector.for_s < _HOUR_S:
            may_be_a_site_s = detector.yields_to_outage and detector.is_about(TERMINAL)
            settings["for"] = f"{_OFFLINE_FOR_S if may_be_a_site_s else _FOR_S}s"
        if _KEEP_FIRING_S < detector.keep_firing_s < _HOUR_S:
            settings["keep_firing_for"] = f"{_KEEP_FIRING_S}s"
        if settings:
            yield detector, settings
