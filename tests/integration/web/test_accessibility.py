"""The pages by the rules of axe-core, and as they live in a browser."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Request, ViewportSize, expect

from monitor.domain.device_record.entry import DeviceEntry, EntryKind
from monitor.domain.persistence.record import Record
from monitor.domain.self_monitoring.fleet_trend import Sample
from monitor.web.api.event_stream import LASTS_S, TICK_S
from tests.fakes import loop_settled
from tests.fleets import LivingFleet, add_sources, make_fleet
from tests.integration.web.site import serving
from tests.integration.web.test_on_call import asked, desk_of, silence
from tests.reports import FakeReports

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
PAGES = (
    "/",
    "/?lang=zh",
    "/alerts",
    "/alerts/PaperOut?subject=10000000",
    "/alerts/PaperOut?subject=10000001",
    "/sites",
    "/terminals",
    "/terminals/10000000",
    "/terminals/10000001?lang=zh",
    "/terminals/10000009",
    "/terminals/nobody",
    "/runbooks",
    "/runbooks/PaperOut?lang=zh",
    "/posmon",
    "/wall",
    "/silences",
    "/silences?lang=zh&done=acknowledged&count=2&over=1",
    "/actions",
    "/reports",
    "/reports?lang=zh&from=x",
    "/terminals/10000000/record",
    "/terminals/10000000/record?lang=zh",
    "/digest",
    "/digest?lang=zh&days=7",
    "/alerts?lang=zh&held=true",
    "/sources",
    "/sources?lang=zh",
)


def eventful_fleet() -> LivingFleet:
    """Return a fleet with an outage of a site, alerts open and over, a trend, a battery and changes."""
    living = make_fleet(12)
    living.hear_all(printer={"status": "paper_out"}, battery={"percent": 9}, firmware_version="1.0")
    living.wait(61)
    living.hear("10000001", printer={"status": "ok"}, battery={"percent": 50}, firmware_version="1.1")
    living.wait(121)
    living.hear("10000001", printer={"status": "ok"}, battery={"percent": 50}, firmware_version="1.1")
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5, 10)))
    now = living.clock.now().wall
    lines = [
        DeviceEntry(
            terminal_id="10000000",
            at=now - 60,
            id="a",
            kind=EntryKind.REPAIR,
            text="屏 new",
            by="ann",
            via="page",
            noted_at=now,
        )
    ]
    living.store.records.append(Record(at=living.clock.now(), device_entries=lines))
    add_sources(living.fleet)
    living.batteries.follow("10000000")
    for minute in range(30, -1, -1):
        at = now - 60 * minute
        living.trend.add(Sample(at=at, ok=3, warning=minute % 3, critical=7, unknown=1, offline=5, firing=9))
        living.batteries.add("10000000", at, 9.0 + minute)
    return living


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["desk", "phone"])
async def test_axe_finds_nothing(browser: Browser, scheme: Any, viewport: ViewportSize) -> None:
    """No page breaks a rule, neither in light on a desk nor in dark on a phone, nor is wider than that."""
    complaints = []
    living = eventful_fleet()
    async with desk_of(living, reports=FakeReports()) as site:
        await asked(site, "POST", "/api/v1/silences", json=silence(living))
        wish = {"alertname": "PaperOut", "subject": "10000000", "comment": "on my way"}
        await asked(site, "POST", "/api/v1/acks", json=wish)
        page = await browser.new_page(color_scheme=scheme, viewport=viewport)
        for path in PAGES:
            await page.goto(f"{site.url}{path}")
            await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found = await Axe().run(page)
            if found.violations_count:
                complaints.append(f"{path}\n{found.generate_report()}")
            widths = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert widths[0] <= widths[1], path
    assert not complaints, "\n".join(complaints)


async def test_a_page_follows_what_happens(browser: Browser) -> None:
    """What is new is put in place without loading the page again."""
    living = make_fleet(2)
    living.hear_all(printer={"status": "ok"})
    async with serving(living) as site:
        page = await browser.new_page()
        async with page.expect_response("**/api/v1/stream"):
            await page.goto(f"{site.url}/?lang=en")
        await page.evaluate("window.stays = true")
        await expect(page.get_by_text("All 2 terminals are well")).to_be_visible()
        living.hear("10000001", printer={"status": "paper_out"})
        living.wait(61)
        living.clock.turn(TICK_S)
        await loop_settled()
        await expect(page.get_by_text("1 needs attention")).to_be_visible()
        assert await page.evaluate("window.stays")
        await page.close()
        living.clock.turn(TICK_S)


async def test_a_list_follows_what_happens_beside_its_form(browser: Browser) -> None:
    """A new alert is in the list, and what somebody writes above it stays."""
    living = make_fleet(2)
    living.hear_all(printer={"status": "ok"})
    async with serving(living) as site:
        page = await browser.new_page()
        async with page.expect_response("**/api/v1/stream"):
            await page.goto(f"{site.url}/alerts?lang=en")
        await page.get_by_label("Terminal").fill("1000")
        living.hear("10000001", printer={"status": "paper_out"})
        living.wait(61)
        living.clock.turn(TICK_S)
        await loop_settled()
        await expect(page.get_by_role("link", name="Paper out")).to_be_visible()
        await expect(page.get_by_label("Terminal")).to_have_value("1000")
        await page.close()
        living.clock.turn(TICK_S)


async def test_a_page_says_when_posmon_is_gone(browser: Browser) -> None:
    """A page that is left open when posmon ends does not go on saying that all is well."""
    async with serving(make_fleet(2)) as site:
        page = await browser.new_page()
        async with page.expect_response("**/api/v1/stream"):
            await page.goto(f"{site.url}/?lang=en")
        warning = page.get_by_text("Out of date")
        await expect(warning).to_be_hidden()
        await page.route("**/*", lambda route: route.abort())
        site.living.clock.turn(LASTS_S + 1)
        await expect(warning).to_be_visible(timeout=10_000)
        await page.unroute("**/*")
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(warning).to_be_hidden()
        await page.close()
        site.living.clock.turn(TICK_S)


async def test_the_first_load_is_small(browser: Browser) -> None:
    """Everything that comes over the wire for a full overview is less than 100 KB."""
    living = make_fleet(130)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    async with serving(living) as site:
        page = await browser.new_page()
        requests: list[Request] = []

        def note(request: Request) -> None:
            requests.append(request)

        page.on("requestfinished", note)
        await page.goto(site.url, wait_until="load")
        total = 0
        for request in requests:
            taken = await request.sizes()
            total += taken["responseBodySize"] + taken["responseHeadersSize"]
        assert len(requests) >= 3
        assert total < 100_000
