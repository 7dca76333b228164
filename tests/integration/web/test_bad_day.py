"""The overview and the wall when much is wrong."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import serving

TWO_SCREENS = 2_200


def bad_day(count: int = 300) -> LivingFleet:
    """Return a fleet with faults of many kinds at many sites, and a dark site."""
    living = make_fleet(count)
    living.hear_all(printer={"status": "ok"}, battery={"percent": 60})
    faults: dict[tuple[int, int], dict[str, object]] = {
        (0, 9): {"printer": {"status": "paper_out"}},
        (1, 13): {"battery": {"percent": 5}},
        (2, 17): {"card_reader": {"status": "fault"}},
        (3, 23): {"pin_pad": {"status": "fault"}},
        (4, 31): {"printer": {"status": "paper_jam"}, "registration": {"status": "unregistered"}},
        (6, 37): {"display": {"status": "fault"}, "network": {"host_reachable": False}},
        (8, 97): {"pin_pad": {"status": "tampered"}},
    }
    for (first, step), document in faults.items():
        for number in range(first, count, step):
            living.hear(f"{10_000_000 + number}", **document)
    numbers = {*range(100, 180, 3), *range(200, 205)}
    living.make_offline(*(f"{10_000_000 + number}" for number in sorted(numbers)))
    return living


async def test_the_overview_of_a_bad_day_fits_two_screens(browser: Browser) -> None:
    """117 things that need attention are a line for each kind, which opens; axe finds nothing in it."""
    living = bad_day()
    async with serving(living) as site:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(f"{site.url}/?lang=en")
        (said,) = await page.get_by_role("heading", name="need attention").all_inner_texts()
        assert int(said.split()[0]) >= 116
        assert await page.evaluate("document.documentElement.scrollHeight") < TWO_SCREENS
        paper = page.locator("#fold-PaperOut")
        assert await paper.get_by_role("link").first.is_hidden()
        await paper.locator("summary").press("Enter")
        assert await paper.get_by_role("link").first.is_visible()
        assert "Put in a new roll" in await paper.inner_text()
        found = await Axe().run(page)
        assert not found.violations_count, found.generate_report()
        await page.close()
        living.clock.turn(100.0)


@pytest.mark.parametrize("width", [360, 1920])
async def test_the_wall_fits_its_screen(browser: Browser, width: int) -> None:
    """No wider than it, the worst first, and without a violation."""
    living = bad_day()
    async with serving(living) as site:
        page = await browser.new_page(viewport={"width": width, "height": 1080})
        await page.goto(f"{site.url}/wall?lang=en")
        sizes = await page.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth, document.documentElement.scrollHeight]"
        )
        assert sizes[0] <= sizes[1]
        assert sizes[2] <= 1080 or width < 1000
        assert "Terminal tampered" in await page.get_by_role("listitem").nth(4).inner_text()
        found = await Axe().run(page)
        assert not found.violations_count, found.generate_report()
        await page.close()
        living.clock.turn(100.0)


async def test_what_is_held_back_is_a_quiet_line() -> None:
    """It leads to the list of them, and says how many each reason holds."""
    async with serving(bad_day()) as site:
        _, body = await site.get("/?lang=en")
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.decode()))
        assert re.search(r"5 alerts held back : 5 by a dark site", text)
        assert b'href="/alerts?held=true&amp;state=firing"' in body
        _, body = await site.get("/alerts?held=true&state=firing")
    assert body.count(b'<td class="id">') == 5


async def test_the_wall_of_a_good_day_says_so() -> None:
    """In either language."""
    living = make_fleet(3)
    living.hear_all(printer={"status": "ok"})
    async with serving(living) as site:
        assert b"All 3 terminals are well" in (await site.get("/wall"))[1]
        assert "3 台终端全部正常".encode() in (await site.get("/wall?lang=zh"))[1]
    async with serving(make_fleet(0)) as site:
        assert b"No terminals are watched" in (await site.get("/wall"))[1]
