"""A real Alertmanager, started for a test."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from tests.real import require

T = TypeVar("T")

_LISTENING = re.compile(r'msg="Listening on" address=(\S+)')
_QUICK_ROUTE = "group_by: ['...'], group_wait: 0s, group_interval: 100ms, repeat_interval: 1h"


class RealAlertmanager:
    """One Alertmanager on a free port of this machine, with storage of its own in `home`.

    `webhook` is where it pages to, every alert for itself and without delay; or `configuration` is all of it.
    It writes down and forgets what it need not know any more every `maintenance`.
    """

    def __init__(
        self, home: Path, *, webhook: str = "", configuration: str = "", maintenance: str = "15m"
    ) -> None:
        self._configuration = configuration
        self._maintenance = maintenance
        self.home = home
        self.url = ""
        self._webhook = webhook
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready; again after `kill`, on the same port, with empty storage."""
        binary = require("prometheus-alertmanager")
        self.home.mkdir(parents=True, exist_ok=True)
        config = self.home / "alertmanager.yml"
        config.write_text(self._config(), encoding="utf-8")
        log = self.home / "alertmanager.log"
        with log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                binary,
                f"--config.file={config}",
                f"--storage.path={self.home / 'storage'}",
                f"--data.maintenance-interval={self._maintenance}",
                f"--web.listen-address={self.url.removeprefix('http://') or '127.0.0.1:0'}",
                "--cluster.listen-address=",
                stdout=output,
                stderr=output,
            )
        listening = await eventually(lambda: _found(log))
        self.url = f"http://{listening[1]}"
        await eventually(self._is_ready)

    async def kill(self) -> None:
        """End it at once, as a power cut would; nothing happens when it is not running."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def freeze(self) -> None:
        """Stop it in its tracks: connections are accepted by the kernel and never answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def alerts(self) -> dict[str, dict[str, Any]]:
        """Return the alerts it holds for firing, by terminal id, as its API shows them."""
        async with _session() as session, session.get(f"{self.url}/api/v2/alerts") as answer:
            alerts = [alert for alert in await answer.json() if "terminal_id" in alert["labels"]]
        return {alert["labels"]["terminal_id"]: alert for alert in alerts}

    async def silences(self) -> list[dict[str, Any]]:
        """Return the silences that are active, as its API shows them."""
        async with _session() as session, session.get(f"{self.url}/api/v2/silences") as answer:
            return [one for one in await answer.json() if one["status"]["state"] == "active"]

    async def silence(self, **changes: Any) -> str:
        """Make a silence as a person does, with the API's fields, and return its id."""
        document = {"createdBy": "ann", "comment": "trial"} | changes
        async with (
            _session() as session,
            session.post(f"{self.url}/api/v2/silences", json=document) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["silenceID"])

    async def received(self, status: str) -> int:
        """Return how many alerts it has taken in that were `firing` or `resolved`."""
        async with _session() as session, session.get(f"{self.url}/metrics") as answer:
            metrics = await answer.text()
        found = re.search(
            rf'^alertmanager_alerts_received_total{{status="{status}",version="v2"}} (\d+)',
            metrics,
            re.MULTILINE,
        )
        return int(found[1]) if found else 0

    def _config(self) -> str:
        if self._configuration:
            return self._configuration
        page = f"{{name: page, webhook_configs: [{{url: '{self._webhook}', send_resolved: true}}]}}"
        receiver = page if self._webhook else "{name: page}"
        return f"route: {{receiver: page, {_QUICK_ROUTE}}}\nreceivers: [{receiver}]\n"

    async def _is_ready(self) -> bool:
        try:
            async with _session() as session, session.get(f"{self.url}/-/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def real_alertmanager(
    home: Path, *, webhook: str = "", configuration: str = "", maintenance: str = "15m"
) -> AsyncIterator[RealAlertmanager]:
    """Run an Alertmanager for the length of a block."""
    alertmanager = RealAlertmanager(
        home, webhook=webhook, configuration=configuration, maintenance=maintenance
    )
    try:
        await alertmanager.start()
        yield alertmanager
    finally:
        await alertmanager.kill()


async def eventually(probe: Callable[[], Awaitable[T | None]], *, within_s: float = 20.0) -> T:
    """Ask `probe` until it says something true, and return that; TimeoutError when it never does."""
    async with asyncio.timeout(within_s):
        while not (found := await probe()):  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.02)  # noqa: TID251 - another process has no event to wait for
        return found


async def _found(log: Path) -> re.Match[str] | None:
    return _LISTENING.search(log.read_text(encoding="utf-8", errors="replace"))  # noqa: ASYNC240 - a small file


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
