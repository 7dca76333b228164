"""Reports over HTTP, on the page and as files."""

import csv
import io
import re

import pytest
from playwright.async_api import Browser

from monitor.domain.availability.report import GroupBy
from monitor.views.availability_report.documents import AvailabilityReportDocument
from monitor.views.availability_report.figures import NOTHING
from tests.fleets import make_fleet
from tests.integration.web.site import serving
from tests.reports import QUERY, FakeReports
from tests.unit.views.availability_report.test_workbook import sheets_of

PATH = "/api/v1/reports/availability"
PERIOD = "from=2026-11-01&to=2026-11-08&timezone=Asia/Shanghai"


async def test_a_report_is_asked_for_by_its_period_and_its_rows() -> None:
    """Without either it is the last whole month, by site."""
    reports = FakeReports()
    async with serving(make_fleet(1), reports=reports) as site:
        found = await site.decoded(f"{PATH}?{PERIOD}&by=merchant", AvailabilityReportDocument)
        assert (found.since, found.until) == ("2026-10-31T16:00:00.000Z", "2026-11-07T16:00:00.000Z")
        assert (found.by, found.timezone, len(found.rows)) == ("merchant", "Asia/Shanghai", 4)
        await site.decoded(PATH, AvailabilityReportDocument)
    assert reports.asked[1].by is GroupBy.SITE
    assert reports.asked[1].until - reports.asked[1].since == 31 * 86_400


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("from=2027-01-01&to=2027-01-02", "from: lies in the future"),
        ("from=2026-11-08&to=2026-11-01", "to: is not after"),
        ("month=2026-08", "first day"),
        ("timezone=Mars/Base", "is no time zone"),
        ("by=moon", "by: "),
        ("month=2026-10&from=2026-10-01", "month: stands for"),
        ("month=2027-02", "from: lies in the future"),
        ("month=x&timezone=UTC", "month: is no month"),
    ],
)
async def test_a_wrong_period_is_refused_in_words(query: str, reason: str) -> None:
    """By the API, for a file and on the page, which keeps its form."""
    async with serving(make_fleet(1), reports=FakeReports()) as site:
        for path in (PATH, "/reports/availability.csv", "/reports/availability.xlsx"):
            problem = await site.problem(f"{path}?{query}")
            assert (problem.status, reason in (problem.detail or "")) == (400, True)
        response, body = await site.get(f"/reports?{query}", headers={"Accept": "text/html"})
        assert response.status == 400
        assert reason in body.decode().replace("&#39;", "'")


async def test_a_month_that_runs_ends_now() -> None:
    """By the clock of the zone."""
    reports = FakeReports()
    living = make_fleet(1)
    async with serving(living, reports=reports) as site:
        await site.decoded(f"{PATH}?month=2026-11&timezone=America/Los_Angeles", AvailabilityReportDocument)
        await site.decoded(f"{PATH}?month=2026-10", AvailabilityReportDocument)
    assert reports.asked[0].until == int(living.clock.now().wall)
    assert reports.asked[1].until - reports.asked[1].since == 31 * 86_400


async def test_a_report_that_cannot_be_made_says_why() -> None:
    """503, and nothing half."""
    async with serving(make_fleet(1), reports=FakeReports(fault="the store cannot be read")) as site:
        problem = await site.problem(PATH)
    assert (problem.status, problem.detail) == (503, "the store cannot be read")


async def test_without_a_history_nothing_is_reported() -> None:
    """503."""
    async with serving(make_fleet(1), reports=None) as site:
        assert (await site.problem(PATH)).status == 503


async def test_the_files_say_the_same_as_the_page() -> None:
    """Their names say what they are; nothing in them is markup or a formula."""
    async with serving(make_fleet(1), reports=FakeReports()) as site:
        response, body = await site.get(f"/reports/availability.csv?{PERIOD}")
        name = 'attachment; filename="availability-site-2026-10-31-2026-11-07.csv"'
        assert response.headers["Content-Disposition"] == name
        assert [row["outages"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))] == list(
            "0410"
        )
        _, body = await site.get(f"/reports/availability.xlsx?{PERIOD}")
        assert sheets_of(body)["Site"][2]["A"] == "=HYPERLINK(1)"
        response, body = await site.get(f"/reports/availability.html?{PERIOD}&lang=zh")
        text = body.decode()
        assert "@shop 店铺 &lt;b&gt;" in text
        assert "&lt;i&gt;firmware&lt;/i&gt;" in text
        assert "可用率" in text
        assert not re.search(r'(?:src|href)="', text)
        _, body = await site.get(f"/reports?{PERIOD}")
        assert "99.93 % (33.32 % - 99.97 %)" in body.decode()
        assert f"2026-11-01 {NOTHING} 2026-11-07" in body.decode()


async def test_an_empty_report_says_so() -> None:
    """A dash is neither 0 nor 100 %."""
    async with serving(make_fleet(1), reports=FakeReports(rows=())) as site:
        _, body = await site.get("/reports")
    assert "Nothing was watched in this period." in body.decode()
    assert f"<dd>{NOTHING}</dd>" in body.decode()


async def test_the_picker_leads_to_a_report(browser: Browser) -> None:
    """Without any script, with the mouse or the keyboard."""
    reports = FakeReports(begins=QUERY.since - 90 * 86_400)
    async with serving(make_fleet(1), reports=reports) as site:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{site.url}/reports?lang=en")
        await page.locator("select[name=by]").select_option("region")
        await page.locator("input[name=from]").fill("2026-11-02")
        await page.get_by_role("button", name="Show").click()
        await page.wait_for_url("**/reports?*from=2026-11-02*")
        assert reports.asked[-1].by is GroupBy.REGION
        assert await page.get_by_role("link", name="Excel").get_attribute("href")
        await context.close()
