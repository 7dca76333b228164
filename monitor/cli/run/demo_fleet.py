"""The fleet of `posmon demo`: of any size, with a daemon that does not wait long."""

import json
from collections.abc import Iterator
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


def scenario_of(terminals: int) -> str:
    """Return the demo scenario (YAML) for a fleet of that size.

    A smaller one lacks the last terminals and what would befall them; a larger one has more shops,
    where all is well.
    """
    demo = yaml.safe_load(files("monitor.simulator").joinpath("demo.yaml").read_text("utf-8"))
    sites = list(_sites(demo["sites"], terminals))
    names = {site["name"] for site in sites}
    ids = range(FIRST_TERMINAL_ID, FIRST_TERMINAL_ID + terminals)
    incidents = [
        incident
        for incident in demo["incidents"]
        if incident.get("site") in {None, *names} and all(int(one) in ids for one in incident.get("ids", ()))
    ]
    return yaml.safe_dump({"sites": sites, "incidents": incidents}, allow_unicode=True, sort_keys=False)


def _sites(known: list[dict[str, Any]], terminals: int) -> Iterator[dict[str, Any]]:
    more: Iterator[dict[str, Any]] = (
        {"name": f"Shop {number:03d}", "terminals": _SITE_SIZE} for number in count(len(known) + 1)
    )
    for site in chain(known, more):
        if terminals <= 0:
            return
        yield site | {"terminals": min(terminals, site["terminals"])}
        terminals -= site["terminals"]


def configuration_of(*, inventory: Path, port: int, alertmanager: str | None) -> str:
    """Return the configuration (YAML) of a daemon for the demo; its data lies beside the inventory."""
    return json.dumps(
        {
            "inventory": {"path": str(inventory)},
            "polling": {
                "interval": f"{INTERVAL_S}s",
                "timeout": "1s",
                "allowed_networks": ["127.0.0.0/8", "::1/128"],
            },
            "web": {"listen": f"127.0.0.1:{port}"},
            "storage": {"path": str(inventory.with_name("posmon.db"))},
            "alerting": {"alertmanagers": [alertmanager] if alertmanager else [], "resend_interval": "10s"},
            "detectors": {detector.alertname: settings for detector, settings in _quickened()},
        },
        ensure_ascii=False,
        indent=1,
    )


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
