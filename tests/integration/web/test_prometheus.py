"""A real Prometheus scrapes a real server."""

import asyncio
from pathlib import Path

from tests.fleets import inventory_row, make_fleet
from tests.integration.web.site import serving
from tests.prometheus_server import prometheus

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
