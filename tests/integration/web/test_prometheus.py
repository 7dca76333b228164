"""A real Prometheus scrapes a real server."""

import asyncio
from pathlib import Path
from typing import Any

import yaml

from tests.fleets import inventory_row, make_fleet
from tests.integration.web.site import serving
from tests.prometheus_server import prometheus

LARGE_FLEET = Path(__file__).parents[3] / "config/prometheus/large-fleet.yml"
NASTY = 'a "shop"\\n\\\nwith } # and , = { \t\r in 朝阳 \N{LINE SEPARATOR}\N{RIGHT-TO-LEFT OVERRIDE}'


async def test_prometheus_reads_the_whole_page(tmp_path: Path) -> None:
    """Every series arrives with its labels as they are, hostile ones too, and none is refused."""
    living = make_fleet(3, inventory_row(3, site=NASTY, merchant_id="nul \0 and \ud800"))
    living.hear_all(
        battery={"percent": 57}, printer={"status": "paper_low"}, registration={"status": "registered"}
    )
    living.make_offline("10000000")
    async with (
        serving(living) as site,
        prometheus(site.client, tmp_path, {"posmon": f"127.0.0.1:{site.port}"}) as scraper,
        asyncio.timeout(60),
    ):
        await scraper.eventually("up == 1")
        up = await scraper.eventually("posmon_terminal_up")
        nasty = await scraper.query('posmon_terminal_info{terminal_id="10000003"}')
        joined = await scraper.query(
            "posmon_terminal_battery_ratio * on (terminal_id) group_left (model) posmon_terminal_info"
        )
        missing = await scraper.query('up{job="posmon"} == 0')
    assert {sample["metric"]["terminal_id"]: sample["value"][1] for sample in up} == {
        "10000000": "0",
        "10000001": "1",
        "10000002": "1",
        "10000003": "1",
    }
    assert nasty[0]["metric"]["site"] == NASTY
    assert nasty[0]["metric"]["merchant_id"] == "nul \N{REPLACEMENT CHARACTER} and ?"
    assert {(sample["metric"]["model"], sample["value"][1]) for sample in joined} == {("N910", "0.57")}
    assert missing == []


def scrapes_of_a_large_fleet(port: int) -> list[dict[str, Any]]:
    """Return the example's scrape configurations, but for where posmon is and how often it is asked."""
    scrapes: list[dict[str, Any]] = yaml.safe_load(LARGE_FLEET.read_text(encoding="utf-8"))["scrape_configs"]
    for scrape in scrapes:
        scrape |= {"scrape_interval": "1s", "scrape_timeout": "1s"}
        for static in scrape["static_configs"]:
            static["targets"] = [f"127.0.0.1:{port}"]
    return scrapes


async def test_prometheus_puts_shards_together(tmp_path: Path) -> None:
    """With the example for large fleets each terminal is there once, labelled as on the whole page."""
    living = make_fleet(50)
    living.hear_all(battery={"percent": 57})
    async with (
        serving(living, per_terminal="none") as site,
        prometheus(site.client, tmp_path, {}, scrapes=scrapes_of_a_large_fleet(site.port)) as scraper,
        asyncio.timeout(60),
    ):
        await scraper.eventually('count(up{job="posmon-terminals"} == 1) == 4')
        # Another scrape brings the size of the fleet, by which the last query divides.
        await scraper.eventually('count(up{job="posmon"} == 1) == 1')
        up = await scraper.query("posmon_terminal_up")
        joined = await scraper.query(
            "sum(posmon_terminal_up * on (job, instance, terminal_id) group_left posmon_terminal_info)"
            " / on () group_left sum by (job, instance) (posmon_fleet_terminals)"
        )
        mine = await scraper.query('up{job="posmon"} == 1')
    assert len(up) == len({sample["metric"]["terminal_id"] for sample in up}) == 50
    assert {frozenset(sample["metric"]) for sample in up} == {
        frozenset({"__name__", "job", "instance", "terminal_id", "site"})
    }
    assert {sample["metric"]["job"] for sample in up} == {"posmon"}
    assert [sample["value"][1] for sample in joined] == ["1"]
    assert len(mine) == 1
