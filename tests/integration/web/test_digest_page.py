"""The page that sums up a period."""

from playwright.async_api import Browser, expect

from tests.fleets import make_fleet
from tests.integration.web.site import serving
from tests.integration.web.test_digest import HOUR_S, busy_fleet
from tests.integration.web.test_on_call_pages import words_of
from tests.unit.domain.digest.steps import BEGIN, fired


async def test_a_day_a_week_and_what_a_form_asks_for() -> None:
    """In both languages; blank fields say nothing, times are in UTC, what is no time is refused."""
    async with serving(busy_fleet()) as site:
        _, body = await site.get("/digest")
        words = words_of(body)
        assert "Daily summary" in words
        assert "Alerts: 2, still firing: 2" in words
        assert '<a href="/digest?days=1" aria-current="true">' in body.decode()
        _, body = await site.get("/digest?days=7&lang=zh")
        assert "共 3 条告警" in words_of(body)
        _, body = await site.get("/digest?from=2026-11-18T00:00&to=")
        words, page = words_of(body), body.decode()
        assert "2026-11-18 00:00:00 UTC to 2026-11-2" in words
        assert "Alerts: 3," in words
        assert 'value="2026-11-18T00:00"' in page
        assert 'aria-current="true"' not in page
        for wrong in ("from=soon", "days=1&from=2026-11-18T00:00", "days=99", "from=9000-01-01T00:00"):
            response, _ = await site.get(f"/digest?{wrong}")
            assert response.status == 400, wrong


async def test_names_are_shown_and_nothing_else() -> None:
    """Also within a suggestion, whose command is code."""
    living = make_fleet(1)
    now = living.clock.now().wall - BEGIN
    for hour in range(5):
        living.store.journal += fired(now - (2 + hour) * HOUR_S, 60, site="<i>店")
    async with serving(living) as site:
        _, body = await site.get("/digest")
    page = body.decode()
    assert "<i>" not in page
    assert (
        "<code>posmon silence add --match &#x27;site=&lt;i&gt;店&#x27; --for 8h --comment TEXT</code>" in page
    )


async def test_the_period_is_chosen_without_script(browser: Browser) -> None:
    """By link, and by the form; the navigation leads to the page."""
    async with serving(busy_fleet()) as site:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{site.url}/")
        await page.get_by_role("link", name="Summary").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Daily summary")
        await page.get_by_role("link", name="Last 7 days").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Weekly summary")
        await page.get_by_label("From (UTC)").fill("2026-11-18T00:00")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Summary")
        await expect(page.get_by_text("Alerts: 3,")).to_be_visible()
        await context.close()
