from collections.abc import Mapping

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.web.middleware.host_guard import HostGuard
from monitor.web.routing.problems import Refused

OWN = "127.0.0.1:7676"


async def passed(_request: web.Request) -> web.StreamResponse:
    """Stand for whatever is behind the guard."""
    return web.Response()


async def status_of(method: str, headers: Mapping[str, str], *, own_host: str = "127.0.0.1") -> int:
    """Return what a request comes to."""
    request = make_mocked_request(method, "/", headers=dict(headers))
    try:
        return (await HostGuard(own_hosts=[own_host])(request, passed)).status
    except Refused as refusal:
        return refusal.problem.status


HOSTS = [
    ("an IPv4 loopback address", "127.0.0.1:7676", 200),
    ("another of them", "127.8.7.6", 200),
    ("the IPv6 loopback address", "[::1]:7676", 200),
    ("localhost, in any case", "LocalHost:7676", 200),
    ("the name posmon listens on", "posmon.shop.example:7676", 200),
    ("a name that may resolve to loopback", "attacker.example:7676", 421),
    ("a name that begins like an address", "127.0.0.1.attacker.example", 421),
    ("another address", "192.0.2.1", 421),
    ("nothing", "", 421),
    ("rubbish", "[::1", 421),
    ("user information before an own name", "x@attacker.example", 421),
]


@pytest.mark.parametrize(("host", "status"), [row[1:] for row in HOSTS], ids=[row[0] for row in HOSTS])
async def test_hosts(host: str, status: int) -> None:
    """Only loopback and posmon's own name are answered: DNS rebinding ends here."""
    assert await status_of("GET", {"Host": host}, own_host="posmon.shop.example") == status


async def test_no_host_at_all() -> None:
    """A request without Host is refused."""
    assert await status_of("GET", {}) == 421


WRITES: list[tuple[str, dict[str, str], int]] = [
    ("a program sends neither field", {}, 200),
    ("its own page", {"Origin": f"http://{OWN}", "Sec-Fetch-Site": "same-origin"}, 200),
    ("typed by the user", {"Sec-Fetch-Site": "none"}, 200),
    ("another site", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("another port of the same host", {"Sec-Fetch-Site": "same-site"}, 403),
    ("another origin, by an old browser", {"Origin": "http://attacker.example"}, 403),
    ("another port, by an old browser", {"Origin": "http://127.0.0.1:8080"}, 403),
    ("a sandboxed frame", {"Origin": "null"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), [row[1:] for row in WRITES], ids=[row[0] for row in WRITES])
async def test_writes(headers: dict[str, str], status: int) -> None:
    """Nothing is changed on behalf of another site's page."""
    assert await status_of("POST", {"Host": OWN} | headers) == status


async def test_reading_across_sites_is_left_to_the_browser() -> None:
    """A link on another page may lead here; its scripts cannot read the answer."""
    assert await status_of("GET", {"Host": OWN, "Sec-Fetch-Site": "cross-site"}) == 200
