"""An Alertmanager as far as posmon sees it, that writes down what it takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.adapters.system import SystemClock
from monitor.domain.instant import parse_rfc3339

Key = tuple[str, str]


@dataclass
class Receiver:
    """`told` has of each alert, by name and terminal id or site, its beginnings and ends in order.

    While it is not `there` it answers 503.
    """

    told: dict[Key, list[tuple[str, bool]]] = field(default_factory=dict)
    there: bool = True
    url: str = ""

    def beginnings(self, key: Key) -> set[str]:
        """Return the beginnings under which it was told of an alert."""
        return {starts for starts, _ in self.told.get(key, ())}

    def last_word(self, key: Key) -> bool | None:
        """Tell whether the last it was told of an alert is that it is over; None if it never heard of it."""
        return self.told[key][-1][1] if key in self.told else None

    async def take(self, request: web.Request) -> web.Response:
        """Take a batch."""
        if not self.there:
            return web.Response(status=503)
        for alert in await request.json():
            labels = alert["labels"]
            key = labels["alertname"], labels.get("terminal_id") or labels.get("site", "")
            ends = parse_rfc3339(alert["endsAt"])
            assert ends is not None
            # An end that is still to come is a term, not an end.
            self.told.setdefault(key, []).append((alert["startsAt"], ends <= SystemClock().now().wall))
        return web.Response()


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Serve for the length of a block."""
    taking = Receiver()
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/api/v2/alerts", taking.take)
    async with TestServer(app) as server:
        taking.url = str(server.make_url("/")).removesuffix("/")
        yield taking
