"""Pages, API and stream below the path of `web.external_url`, behind a real nginx."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest
from playwright.async_api import Browser

from tests.fleets import LivingFleet, inventory_row, make_fleet
from tests.integration.heartbeat_client.test_real_servers import nginx
from tests.integration.web.site import Site, serving
from tests.integration.web.test_browser import Watched

ROOT = "/tools/pos"
EXTERNAL = f"https://posmon.shop.example{ROOT}"
STRIPPED = "location {root}/ {{ proxy_pass http://127.0.0.1:{port}/; {headers} }}"
KEPT = "location {root}/ {{ proxy_pass http://127.0.0.1:{port}; {headers} }}"
HEADERS = "proxy_http_version 1.1; proxy_set_header Host $http_host;"
STREAM = re.compile(r"/api/v1/stream$")
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
PAGES = (
    "/", "/terminals?limit=1", "/alerts?limit=1", "/sites", "/runbooks", "/posmon", "/sources",
    "/runbooks/PaperOut?lang=zh", "/terminals/nobody", "/terminals/~..",
)  # fmt: skip


def fleet() -> LivingFleet:
    """Return terminals with alerts, among them two whose ids are dots."""
    living = make_fleet(2, inventory_row(7, terminal_id="."), inventory_row(8, terminal_id=".."))
    for watched in living.fleet:
        living.hear(watched.terminal.terminal_id, printer={"status": "paper_out"})
    living.wait(61)
    return living


@asynccontextmanager
async def behind(proxy: str, room: Path, *, headers: str = HEADERS) -> AsyncIterator[tuple[Site, str]]:
    """Serve a fleet behind nginx; yield it with the address that people use."""
    async with serving(fleet(), external_url=EXTERNAL) as site:
        location = proxy.format(root=ROOT, port=site.port, headers=headers)
        async with nginx(room, listen="", directives=location) as port:
            yield site, f"http://127.0.0.1:{port}{ROOT}"


@pytest.mark.parametrize("proxy", [STRIPPED, KEPT], ids=["path stripped", "path kept"])
async def test_every_link_leads_somewhere(proxy: str, tmp_path: Path) -> None:
    """Whatever nginx does with the path: links, forms and files of all pages are below it and answer."""
    async with behind(proxy, tmp_path) as (site, address):
        seen: set[str] = set()
        waiting = [f"{address}{path}" for path in PAGES]
        while waiting:
            url = waiting.pop()
            async with site.client.get(url, headers={"Accept": "text/html"}) as response:
                assert response.status == (404 if "nobody" in url else 200), url
                text = await response.text() if response.content_type == "text/html" else ""
            for link in map(unescape, LINK.findall(text)):
                target = urljoin(url, link)
                if target.startswith("https:") or link.startswith("#"):
                    continue
                assert urlsplit(target).path.startswith(f"{ROOT}/"), (url, link)
                place = re.sub(r"[?#].*(cursor|lang)=.*", "", target)
                if place not in seen:
                    seen.add(place)
                    waiting.append(target)
        assert len(seen) > 30


@pytest.mark.parametrize("proxy", [STRIPPED, KEPT], ids=["path stripped", "path kept"])
async def test_browser_shows_overview_and_terminal(proxy: str, tmp_path: Path, browser: Browser) -> None:
    """Style, script and stream arrive; nothing is complained of; a link leads to a terminal's page."""
    async with behind(proxy, tmp_path) as (_, address):
        watched = Watched(await browser.new_page())
        async with watched.page.expect_response(STREAM) as told:
            await watched.page.goto(f"{address}/", wait_until="load")
        stream = await told.value
        assert (stream.status, urlsplit(stream.url).path) == (200, f"{ROOT}/api/v1/stream")
        assert await watched.page.evaluate("document.styleSheets[0].cssRules.length") > 50
        for terminal_id, path in (("10000000", "10000000"), ("..", "~.."), (".", "~.")):
            await watched.page.goto(f"{address}/terminals", wait_until="load")
            await watched.page.get_by_role("link", name=terminal_id, exact=True).first.click()
            await watched.page.wait_for_url(f"**{ROOT}/terminals/{path}")
            assert terminal_id in await watched.page.locator("h1").inner_text()
        await watched.page.goto(f"{address}/terminals?limit=1", wait_until="load")
        await watched.page.get_by_role("link", name="Next page").click()
        await watched.page.wait_for_url("**cursor=**")
        # A page that is left breaks off its stream.
        assert [one for one in watched.complaints if not one.endswith("/api/v1/stream")] == []
        await watched.page.close()


async def test_writes_from_its_own_pages_are_taken(tmp_path: Path) -> None:
    """Also where the proxy hands on another Host: the browser's Origin is that of the external address."""
    async with behind(STRIPPED, tmp_path, headers="") as (site, address):
        for origin, status in (("https://posmon.shop.example", 200), ("https://attacker.example", 403)):
            async with site.client.post(f"{address}/-/reload", headers={"Origin": origin}) as response:
                assert response.status == status


async def test_description_names_the_path() -> None:
    """A client that is made from openapi.json asks below it."""
    async with serving(make_fleet(1), external_url=EXTERNAL) as site:
        document = await site.decoded(f"{ROOT}/api/v1/openapi.json", dict)
    assert document["servers"] == [{"url": ROOT}]


OTHERS = [
    (f"{ROOT}", 200), (f"{ROOT}/", 200), (f"{ROOT}/-/healthy", 200), ("/-/healthy", 200), (f"{ROOT}x/", 404),
    (f"{ROOT}{ROOT}/", 404), ("/tools/", 404), (f"{ROOT}//", 404),
    (f"{ROOT}/terminals?q=a%2Fb&site=x%20y", 200), (f"{ROOT}/terminals/10000000?lang=zh", 200),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), OTHERS)
async def test_paths_with_and_without_the_prefix(path: str, status: int) -> None:
    """The path is taken off once, as a whole; probes and Prometheus may ask without it."""
    async with serving(make_fleet(1), external_url=EXTERNAL) as site:
        assert await site.status("GET", path) == status


@pytest.mark.parametrize("terminal_id", [".", "..", "..."])
async def test_dots_are_an_id(terminal_id: str) -> None:
    """Page and API have a terminal whose id a client would take for a step in the path."""
    place = f"~{terminal_id}" if len(terminal_id) < 3 else terminal_id
    living = make_fleet(0, inventory_row(1, terminal_id=terminal_id))
    async with serving(living) as site:
        assert (await site.decoded(f"/api/v1/terminals/{place}", dict))["terminal_id"] == terminal_id
        async with aiohttp.ClientSession() as client, client.get(f"{site.url}/terminals/{place}") as response:
            assert response.status == 200
        assert await site.status("GET", f"/terminals/~{terminal_id}x") == 404
