import asyncio

from prometheus_client.parser import text_string_to_metric_families

from tests.fleets import make_fleet
from tests.integration.web.site import serving


async def test_the_page_is_served_as_prometheus_wants_it() -> None:
    """The media type names the format and its version, and a parser reads the page."""
    async with serving(make_fleet(3)) as site:
        response, body = await site.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    names = {family.name for family in text_string_to_metric_families(body.decode())}
    assert {"posmon_terminal_info", "posmon_polls", "process_open_fds"} <= names


async def test_only_the_head_is_sent_when_asked_for() -> None:
    """HEAD has the fields and no body."""
    async with serving(make_fleet(3)) as site:
        response, body = await site.ask("HEAD", "/metrics")
    assert (response.status, body) == (200, b"")


async def test_the_setting_reaches_the_page() -> None:
    """Without series per terminal the page has counts only."""
    async with serving(make_fleet(3), per_terminal="none") as site:
        _, body = await site.get("/metrics")
    assert b"posmon_terminal_info" not in body
    assert b"posmon_fleet_terminals" in body


async def test_others_have_their_turn_while_a_large_page_is_rendered() -> None:
    """A scrape of a large fleet is done in many small steps, between which anything else can run."""
    async with serving(make_fleet(6000)) as site:
        scrape = asyncio.ensure_future(site.get("/metrics"))
        turns = 0
        while not scrape.done():
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            turns += 1
        _, body = await scrape
    assert body.count(b"\n") > 10_000
    assert turns > 6000 // 512 * 2


async def test_a_fleet_may_change_during_a_scrape() -> None:
    """Terminals that leave while the page is rendered do not break it."""
    living = make_fleet(3000)
    async with serving(living) as site, site.client.get(f"{site.url}/metrics") as response:
        await response.content.readany()
        for number in range(3000):
            living.evaluation.remove(f"{10_000_000 + number}", living.clock.now())
        page = (await response.read()).decode()
    assert page.endswith("\n")
