"""A real Prometheus, started for a test."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from monitor.adapters.system import SystemClock
from tests.real import free_port, require


class Prometheus:
    """A running Prometheus and its query interface."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url

    async def query(self, text: str) -> list[dict[str, Any]]:
        """Return the samples a query gives now; none while Prometheus cannot be reached."""
        try:
            document = await self.ask("query", query=text)
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

    async def ask(self, path: str, **parameters: str) -> dict[str, Any]:
        """Return the document at a path of the API, errors included."""
        async with self._client.get(f"{self._url}/api/v1/{path}", params=parameters) as response:
            document: dict[str, Any] = await response.json()
            return document


@asynccontextmanager
async def prometheus(
    client: aiohttp.ClientSession,
    folder: Path,
    targets: Mapping[str, str],
    *,
    rules: Sequence[Path] = (),
    scrapes: Sequence[Mapping[str, Any]] = (),
) -> AsyncIterator[Prometheus]:
    """Run a Prometheus that scrapes `targets` ("host:port" by job) and evaluates `rules` every second.

    `scrapes` are scrape configurations beside those.
    """
    port = free_port()
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(path) for path in rules],
        "scrape_configs": [
            *({"job_name": job, "static_configs": [{"targets": [to]}]} for job, to in targets.items()),
            *scrapes,
        ],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    process = await asyncio.create_subprocess_exec(
        require("prometheus"),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Prometheus(client, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        await process.wait()
