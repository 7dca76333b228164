"""The pages in a real Chromium."""

from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, Request, ViewportSize

from monitor.web.api.event_stream import TICK_S
from tests.fleets import LivingFleet, inventory_row, make_fleet
from tests.integration.web.site import Site, serving

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}

INTRUDERS = "script:not([src^='/static/live.js?v=']), img[src='x'], [onmouseover], [style]"
MOST_ALERT_PAGES = 8
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'{{7*7}}",
    "</title><svg/onload=alert(4)>",
    "javascript:alert(5)",
    '" style="position:fixed;inset:0" onmouseover="alert(6)',
)


def hostile_fleet() -> LivingFleet:
    """Return terminals whose inventory rows and heartbeats are full of markup, all with an alert."""
    living = make_fleet(
        0,
        *(
            inventory_row(
                number,
                merchant_name=text,
                site=text,
                region=text,
                vendor="",
                model="",
                serial_number=text,
                contact=text,
                dialect=text,
                merchant_id=text,
            )
            for number, text in enumerate(HOSTILE)
        ),
    )
    for number, text in enumerate(HOSTILE):
        living.hear(
            f"{10_000_000 + number}",
            printer={"status": "paper_out"},
            vendor=text,
            model=text,
            firmware_version=text,
            serial_number=text,
            merchant_id=text,
            app_version=text,
            registration={"status": "registered", "signed_in_at": text[:40]},
        )
    living.wait(61)
    return living


class Watched:
    """A tab, and everything it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", self._note_failure)

        async def dismiss(dialog: Any) -> None:
            self.complaints.append(f"dialog: {dialog.message}")
            await dialog.dismiss()

        page.on("dialog", dismiss)

    def _note_failure(self, request: Request) -> None:
        # The tab fetches its icon late; going to the next page then aborts the fetch.
        is_icon = "/static/icon.svg" in request.url and request.failure == "net::ERR_ABORTED"
        if not is_icon:
            self.complaints.append(f"failed: {request.url}")


def paths_of(living: LivingFleet) -> list[str]:
    """Return every page there is to see of a fleet."""
    terminals = [f"/terminals/{watched.terminal.terminal_id}" for watched in living.fleet]
    return [
        "/",
        "/sites?q=%3Cb%3E",
        "/sites",
        "/terminals",
        "/terminals?q=%22%3E%3Cscript%3Ealert(7)%3C/script%3E",
        "/terminals/nobody",
        "/alerts",
        "/alerts?site=%22%3E%3Cscript%3Ealert(8)%3C/script%3E&lang=zh",
        "/posmon",
        "/wall",
        "/silences",
        "/actions",
        "/sources",
        "/runbooks",
        "/runbooks/PaperOut",
        "/runbooks/PaperOut?lang=zh",
        *terminals,
        *(
            f"/alerts/{quote(alert.alertname)}?subject={quote(alert.subject, safe='')}"
            for alert in islice(living.book, MOST_ALERT_PAGES)
        ),
    ]


async def test_hostile_text_is_inert(browser: Browser) -> None:
    """Markup in any field opens no dialog, runs nothing, loads nothing and violates no policy."""
    living = hostile_fleet()
    async with serving(living) as site:
        for path in paths_of(living):
            watched = Watched(await browser.new_page())
            await watched.page.goto(f"{site.url}{path}", wait_until="load")
            expected = [] if path != "/terminals/nobody" else [c for c in watched.complaints if "404" in c]
            assert watched.complaints == expected, path
            assert await watched.page.locator(INTRUDERS).count() == 0
            await watched.page.close()
            living.clock.turn(TICK_S)  # its stream sees that nobody is there any more


async def test_the_policy_would_stop_what_got_through(browser: Browser) -> None:
    """The complaints that the other test looks for do appear when a page breaks the policy."""
    async with serving(make_fleet(1)) as site:
        watched = Watched(await browser.new_page())
        await watched.page.goto(site.url)
        async with watched.page.expect_console_message():
            await watched.page.evaluate(
                "document.body.append(Object.assign(document.createElement('img'), {src: 'http://192.0.2.1/'}))"
            )
    assert any("Content Security Policy" in complaint for complaint in watched.complaints)


def wordy_fleet() -> LivingFleet:
    """Return terminals with very long names, with and without spaces, in Latin and in Chinese."""
    living = make_fleet(
        0,
        inventory_row(0, terminal_id="X" * 64, merchant_name="W" * 128, site="s" * 128, region="r" * 128),
        inventory_row(
            1, merchant_name="北京市朝阳区永和豆浆有限公司" * 9, site="朝阳门外大街" * 20, region="华北" * 60
        ),
        inventory_row(2, merchant_name="a long name " * 10, site="site-" * 20, contact="c" * 128),
    )
    for watched in living.fleet:
        living.hear(watched.terminal.terminal_id, printer={"status": "paper_out"}, firmware_version="f" * 64)
    living.wait(61)
    return living


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_long_names_do_not_break_the_layout(
    browser: Browser, viewport: ViewportSize, scheme: Any
) -> None:
    """No page is wider than its window, whatever the names are."""
    living = wordy_fleet()
    async with serving(living) as site:
        page = await browser.new_page(viewport=viewport, color_scheme=scheme)
        for path in paths_of(living):
            await page.goto(f"{site.url}{path}")
            widths = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert widths[0] <= widths[1], path


async def test_the_way_from_a_count_to_a_terminal(browser: Browser) -> None:
    """A person clicks the count of critical ones, then a terminal, and reads what to do."""
    living = make_fleet(3)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000001", printer={"status": "paper_out"})
    living.wait(61)
    async with serving(living) as site:
        page = await browser.new_page()
        await _walk(page, site)


async def _walk(page: Page, site: Site) -> None:
    await page.goto(site.url)
    await page.get_by_role("link", name="1 critical").click()
    await page.get_by_role("link", name="10000001").click()
    assert await page.get_by_role("heading", name="Paper out").count() == 1
    assert await page.get_by_text("Put in a new roll").count() == 1
