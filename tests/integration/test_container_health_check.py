"""The health check of the container image, asked of a real daemon."""

import asyncio
import json
import sys
from pathlib import Path

from monitor.domain.inventory.terminal import Terminal
from tests.integration.daemon.process import daemon, write_inventory, write_settings

CONTAINERFILE = Path(__file__).parents[2] / "deploy/Containerfile"


async def health_check(port: str) -> int:
    """Run the command of the Containerfile against a port and return its exit code."""
    text = CONTAINERFILE.read_text(encoding="utf-8")
    _, *arguments = json.loads(text.partition("HEALTHCHECK")[2].partition("CMD ")[2].splitlines()[0])
    moved = [argument.replace(":7676/", f":{port}/") for argument in arguments]
    check = await asyncio.create_subprocess_exec(sys.executable, *moved, stderr=asyncio.subprocess.DEVNULL)
    return await check.wait()


async def test_health_check_knows_a_daemon_from_none(tmp_path: Path) -> None:
    """It passes while posmon answers, and fails when nobody does."""
    write_inventory(tmp_path / "inventory.csv", [Terminal(terminal_id="1", endpoint="http://127.0.0.1:1/")])
    async with daemon(write_settings(tmp_path)) as posmon:
        port = posmon.url.rpartition(":")[2]
        assert await health_check(port) == 0
    assert await health_check(port) != 0
