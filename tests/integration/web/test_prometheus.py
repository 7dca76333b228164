"""A real Prometheus scrapes a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from monitor.adapters.system import SystemClock
from tests.fleets import inventory_row, make_fleet
from tests.integration.web.site import Site, serving
from tests.real import require

NASTY = 'a "shop"\\n\\\nwith } # and , = { \t\r in 朝阳 \N{LINE SEPARATOR}\N{RIGHT-TO-LEFT OVERRIDE}'
CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: posmon
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Prometheus:
    """A running Prometheus and its query interface."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url

    async def query(self, text: str) -> list[dict[str, Any]]:
        """Return the samples a query gives now; none while Prometheus cannot be reached."""
        try:
            async with self._client.get(f"{self._url}/api/v1/query", params={"query": text}) as response:
                document = await response.json()
        except aiohttp.ClientError:
            return []
        result: list[dict[str, Any]] = document.get("data", {}).get("result", [])
        return result

    async def eventually(self, text: str) -> list[dict[str, Any]]:
        """Return the samples of a query as soon as there are any."""
        clock = SystemClock()
        while not (samples := await self.query(text)):
            await clock.sleep(0.1)
        return samples


@asynccontextmanager
async def prometheus(site: Site, tmp_path: Path) -> AsyncIterator[Prometheus]:
    """Run a Prometheus that scrapes a site."""
    port = free_port()
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(port=site.port), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        require("prometheus"),
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Prometheus(site.client, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        await process.wait()


async def test_prometheus_reads_the_whole_page(tmp_path: Path) -> None:
    """Every series arrives with its labels as they are, hostile ones too, and none is refused."""
    living = make_fleet(3, inventory_row(3, site=NASTY, merchant_id="nul \0 and \ud800"))
    living.hear_all(
        battery={"percent": 57}, printer={"status": "paper_low"}, registration={"status": "registered"}
    )
    living.make_offline("10000000")
    async with serving(living) as site, prometheus(site, tmp_path) as scraper, asyncio.timeout(60):
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
