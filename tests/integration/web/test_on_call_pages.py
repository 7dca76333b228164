"""People on call at work in a browser."""

import re

import pytest
from playwright.async_api import Browser, expect

from monitor.domain.on_call.action import Author, Via
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import Site
from tests.integration.web.test_on_call import OPERATOR, READER, asked, desk_of, out_of_paper, silence

HTML = {"Accept": "text/html"}


def ticked(body: bytes) -> list[str]:
    """Return the keys of the alerts that a page lets one tick."""
    return re.findall(r'type="checkbox" form="bulk" name="alert" value="([^"]+)"', body.decode())


def words_of(body: bytes) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.decode()))


async def sent(site: Site, path: str, data: object, **headers: str) -> tuple[int, str]:
    """Return status of a form and where it leads."""
    response, _ = await site.ask("POST", path, data=data, headers=HTML | headers, allow_redirects=False)
    return response.status, response.headers.get("Location", "")


async def keys_of(site: Site, query: str = "alertname=PaperOut") -> list[str]:
    """Return the keys of alerts as their page has them."""
    return ticked((await site.get(f"/alerts?{query}"))[1])


async def test_the_page_says_that_a_silence_is_about_to_end() -> None:
    """And how many alerts it is about, in both languages."""
    living = out_of_paper()
    now = living.clock.now().wall
    made = Silence(
        id="s1",
        matcher=Matcher({"site": ("shop-00",)}),
        starts_at=now - 6000,
        ends_at=now + 800,
        by="ann",
        comment="works",
    )
    living.evaluation.suppression.on_call.add(made, Author(name="ann", via=Via.API), now, matched=1)
    async with desk_of(living) as site:
        assert "then held no more" not in words_of((await site.get("/silences"))[1])
        living.wait(1)
        assert "; 1 alert is then held no more" in words_of((await site.get("/silences"))[1])
        assert "1 条告警不再暂缓" in words_of((await site.get("/silences?lang=zh"))[1])


async def test_an_alert_is_acknowledged_by_a_form_and_taken_back() -> None:
    """The browser goes back to the same list, which says what was done, by whom, and what for."""
    async with desk_of(out_of_paper()) as site:
        (key,) = await keys_of(site)
        back = "/alerts?alertname=PaperOut&done=ended"
        form = {"do": "acknowledge", "alert": key, "comment": "on my <b>way</b>", "back": back}
        assert await sent(site, "/alerts", form) == (
            303,
            "/alerts?alertname=PaperOut&done=acknowledged&count=1",
        )
        _, body = await site.get("/alerts?alertname=PaperOut&done=acknowledged&count=1")
        assert b"on my &lt;b&gt;way" in body
        assert "1 alert is acknowledged." in words_of(body)
        assert "acknowledged by 127.0.0.1" in words_of(body)
        assert len(await keys_of(site, "acknowledged_by=127.0.0.1")) == 1
        assert await keys_of(site, "unattended=true") == []
        _, body = await site.get("/silences")
        assert "1 acknowledg" not in words_of(body)
        (rule_id,) = re.findall(r'action="/acks/([^"/]+)/end"', body.decode())
        assert await sent(site, f"/acks/{rule_id}/end", {}) == (303, "/silences?done=ended&count=1")
        assert (await sent(site, f"/acks/{rule_id}/end", {}))[0] == 404
        _, body = await site.get("/actions")
        assert re.search(r"acknowledgement ended.*on my", words_of(body))
        assert [one.via for one in site.living.store.acted] == ["page", "page"]


async def test_many_are_silenced_and_ended_at_once() -> None:
    """Each alone, until the time of the button; what is over is counted and nothing else."""
    living = make_fleet(4)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    async with desk_of(living) as site:
        keys = await keys_of(site)
        living.hear("10000003", printer={"status": "ok"})
        form = [("do", "silence-1h"), *(("alert", key) for key in keys)]
        assert await sent(site, "/alerts", form) == (303, "/alerts?done=silenced&count=3&over=1")
        board = living.evaluation.suppression.on_call
        now = living.clock.now().wall
        assert {one.ends_at for one in board.silences.values()} == {now + 3600}
        assert {str(one.matcher) for one in board.silences.values()} == {
            f"terminal_id=1000000{number}, alertname=PaperOut" for number in range(3)
        }
        assert len(await keys_of(site, "held=true")) == 3
        form = [("do", "end"), *(("alert", key) for key in keys)]
        assert await sent(site, "/alerts", form) == (303, "/alerts?done=ended&count=3&over=1")
        assert not board.silences


async def test_very_many_silences_are_cut_and_counted() -> None:
    """The page has those that end first; the API has all."""
    living = out_of_paper()
    board = living.evaluation.suppression.on_call
    for number in range(203):
        one = Silence(
            id=f"s{number}",
            matcher=Matcher({"site": ("shop-00",)}),
            starts_at=0.0,
            ends_at=9e9 + number,
            by="ann",
            comment="works",
        )
        board.add(one, Author(name="ann", via=Via.API), one.starts_at, matched=1)
    async with desk_of(living) as site:
        _, body = await site.get("/silences")
        assert "and 3 more" in words_of(body)
        assert body.count(b'<form action="/silences/') == 200
        _, page = await asked(site, "GET", "/api/v1/silences")
    assert len(page["silences"]) == 203


async def test_a_match_is_silenced_by_a_form_that_asks_first() -> None:
    """Where it concerns much of the fleet, a page shows how much and asks; one click more does it."""
    async with desk_of(make_fleet(50)) as site:
        form = {"do": "silence-4h", "region": "north", "comment": "storm", "site": ""}
        response, body = await site.ask("POST", "/silences", data=form, headers=HTML)
        board = site.living.evaluation.suppression.on_call
        assert (response.status, len(board.silences)) == (422, 0)
        assert "it concerns 25 of 50 terminals" in words_of(body)
        in_chinese = HTML | {"Accept-Language": "zh-CN"}
        _, chinese = await site.ask("POST", "/silences", data=form, headers=in_chinese)
        assert "涉及 50 台终端中的 25 台" in words_of(chinese)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body.decode()))
        assert await sent(site, "/silences", fields) == (303, "/silences?done=silenced&count=1")
        (made,) = board.silences.values()
        assert (str(made.matcher), made.comment) == ("region=north", "storm")
        _, body = await site.get("/silences?lang=zh")
        assert "region=north storm 127.0.0.1" in words_of(body)


@pytest.mark.parametrize(
    ("path", "form", "status", "said"),
    [
        ("/alerts", {"do": "acknowledge"}, 422, "tick at least one alert"),
        ("/alerts", {"do": "acknowledge", "alert": "x"}, 422, "names no alert"),
        ("/alerts", {"do": "drop", "alert": "x"}, 422, "do: is none of"),
        ("/silences", {"do": "silence-1h", "site": "shop-00"}, 422, "comment: is needed"),
        ("/silences", {"do": "end", "site": "shop-00", "comment": "x"}, 422, "do: is no silence"),
        ("/silences/s1/end", {}, 404, "Nothing of that id"),
    ],
)
async def test_a_wrong_form_is_refused_in_words(
    path: str, form: dict[str, str], status: int, said: str
) -> None:
    """As a page for people."""
    async with desk_of(out_of_paper()) as site:
        response, body = await site.ask("POST", path, data=form, headers=HTML)
    assert (response.status, response.content_type) == (status, "text/html")
    assert said in words_of(body)


async def test_other_bodies_and_other_sites_are_refused() -> None:
    """JSON, too many fields, too many bytes, bytes that are no text; a form on a stranger's page."""
    async with desk_of(out_of_paper()) as site:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await site.problem("/alerts", "POST", json={"do": "end"})).status == 415
        assert (await site.problem("/alerts", "POST", data=b"a=1&" * 3000, headers=kind)).status == 400
        assert (await site.problem("/alerts", "POST", data=b"a=%ff", headers=kind)).status == 400
        assert (await site.problem("/alerts", "POST", data=b"a=" + b"1" * 70_000, headers=kind)).status == 413
        (key,) = await keys_of(site)
        form = {"do": "acknowledge", "alert": key}
        assert (await sent(site, "/alerts", form, Origin="https://evil.example"))[0] == 403
        assert (await sent(site, "/alerts", form, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
        assert not site.living.evaluation.suppression.on_call.size


async def test_a_reader_sees_no_buttons_and_may_not_press_them() -> None:
    """The name of the token is the author of what an operator does."""
    living = out_of_paper()
    async with desk_of(living, with_tokens=True) as site:
        for path in ("/alerts", "/alerts/PaperOut?subject=10000000", "/silences", "/actions"):
            _, body = await site.get(path, headers=READER.header)
            assert b'method="post"' not in body, path
            assert b'type="checkbox"' not in body
        _, body = await site.get("/alerts?alertname=PaperOut", headers=OPERATOR.header)
        form = {"do": "acknowledge", "alert": ticked(body)[0], "comment": "x"}
        assert (await sent(site, "/alerts", form, **READER.header))[0] == 403
        assert (await sent(site, "/alerts", form, **OPERATOR.header))[0] == 303
        (known,) = living.evaluation.suppression.on_call.acknowledgements.values()
        assert known.by == "ann"
        _, body = await site.get("/alerts?lang=en", headers=OPERATOR.header)
        assert 'acknowledged_by=ann">Mine' in body.decode()


async def test_the_list_as_csv_is_what_is_shown() -> None:
    """With the same filters, and all of it."""
    living = make_fleet(120)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    async with desk_of(living) as site:
        _, body = await site.get("/alerts?region=north")
        (url,) = re.findall(r'href="(/alerts\.csv[^"]*)"', body.decode())
        response, body = await site.get(url)
    assert response.content_type == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="alerts.csv"'
    rows = body.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 60
    assert all(",north," in row for row in rows[1:])


def two_out_of_paper() -> LivingFleet:
    """Return a fleet of which two terminals have no paper."""
    living = make_fleet(3)
    for terminal_id in ("10000000", "10000001"):
        living.hear(terminal_id, printer={"status": "paper_out"})
    living.wait(61)
    return living


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_a_person_works_by_keyboard(browser: Browser, script: bool) -> None:
    """Tick, write, press; then open one line and end it; with and without script."""
    living = two_out_of_paper()
    async with desk_of(living) as site:
        context = await browser.new_context(java_script_enabled=script)
        page = await context.new_page()
        await page.goto(f"{site.url}/alerts?lang=en&alertname=PaperOut")
        await page.get_by_role("checkbox", name="Tick Paper out 10000000").press("Space")
        await page.get_by_role("checkbox", name="Tick Paper out 10000001").press("Space")
        bulk = page.get_by_role("form", name="For all that are ticked")
        await bulk.get_by_label("Comment").fill("both of them")
        await bulk.get_by_role("button", name="Acknowledge ticked").press("Enter")
        await expect(page.get_by_text("2 alerts are acknowledged.")).to_be_visible()
        await expect(page.get_by_text("both of them")).to_have_count(2)
        await page.locator("details.deeds summary").first.press("Enter")
        await page.get_by_role("button", name="End").first.press("Enter")
        await expect(page.get_by_text("1 is ended.")).to_be_visible()
        await context.close()
        assert len(living.evaluation.suppression.on_call.acknowledgements) == 1
        living.clock.turn(100.0)


async def test_what_somebody_writes_is_left_alone(browser: Browser) -> None:
    """News does not take a tick or an opened line away."""
    living = two_out_of_paper()
    async with desk_of(living) as site:
        page = await browser.new_page()
        async with page.expect_response("**/api/v1/stream"):
            await page.goto(f"{site.url}/alerts?lang=en&alertname=PaperOut")
        box = page.get_by_role("checkbox", name="Tick Paper out 10000000")
        await box.check()
        await page.evaluate("document.activeElement.blur()")
        living.hear("10000002", printer={"status": "paper_out"})
        living.wait(61)
        living.clock.turn(100.0)
        await page.wait_for_timeout(2500)
        await expect(box).to_be_checked()
        await expect(page.get_by_role("checkbox")).to_have_count(2)
        await box.uncheck()
        await page.evaluate("document.activeElement.blur()")
        await expect(page.get_by_role("checkbox")).to_have_count(3, timeout=10_000)
        await page.close()
        living.clock.turn(100.0)


async def test_silences_made_elsewhere_are_in_the_api_too() -> None:
    """What the page made is what the API lists."""
    living = out_of_paper()
    async with desk_of(living) as site:
        await site.ask("POST", "/api/v1/silences", json=silence(living))
        _, body = await site.get("/silences")
    assert "terminal_id=10000000" in words_of(body)
    assert "1 open alert matches now" in words_of(body)
