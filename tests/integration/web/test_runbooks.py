import re
from functools import partial

import pytest

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.runbooks.runbook import Language
from monitor.web.pages.runbook_pages import RUNBOOKS, runbook_address
from tests.fleets import RUNBOOKS as TEXTS
from tests.fleets import make_fleet
from tests.integration.web.site import serving

PAGE = {"Accept": "text/html"}
ALERTS = TEXTS.alertnames


@pytest.mark.parametrize(
    ("path", "headers", "said"),
    [
        ("/runbooks/TerminalOffline", {}, "Likely causes"),
        ("/runbooks/TerminalOffline?lang=zh", {}, "可能原因"),
        ("/runbooks/TerminalOffline", {"Accept-Language": "zh-CN,zh;q=0.9"}, "可能原因"),
        ("/runbooks/TerminalOffline?lang=en", {"Accept-Language": "zh"}, "Likely causes"),
        ("/runbooks/TerminalOffline", {"Accept-Language": "de"}, "Likely causes"),
        ("/runbooks", {}, "connectivity"),
        ("/runbooks?lang=zh", {}, "收不到终端心跳"),
    ],
)
async def test_runbook_comes_in_the_language_asked_for(path: str, headers: dict[str, str], said: str) -> None:
    """The address decides before the browser's languages, and these before English."""
    async with serving(make_fleet(1)) as site:
        response, body = await site.get(path, headers=PAGE | headers)
    assert (response.status, response.content_type) == (200, "text/html")
    assert said in body.decode()
    assert {"Accept", "Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))


async def test_every_runbook_is_a_page() -> None:
    """Each has its seven sections, no script, no style of its own, and its links lead to other ones."""
    known = {f"{RUNBOOKS}/{alertname}?lang={language}" for alertname in ALERTS for language in Language}
    async with serving(make_fleet(1)) as site:
        for address in sorted(known):
            response, page = await site.get(address, headers=PAGE)
            body = page.decode()
            assert response.status == 200, address
            assert body.count("<h2>") == 7, address
            assert set(re.findall(r'href="(/runbooks/[^"]+)"', body)) <= known, address
            assert not any(mark in body for mark in ("<script", " style=", "**", "]("))


async def test_file_is_served_with_the_settings_in_force() -> None:
    """Who asks for Markdown gets the file itself, but for the figures, which are not the defaults."""
    fleet = make_fleet(1)
    fleet.evaluation.rules.replace(
        RuleBook({"TerminalOffline": {"for_s": 420.0}, "SiteOffline": {"min_terminals": 6}})
    )
    async with serving(fleet) as site:
        response, body = await site.get(
            "/runbooks/TerminalOffline?lang=zh", headers={"Accept": "text/markdown"}
        )
    runbook = TEXTS.find("TerminalOffline", Language.ZH)
    assert response.content_type == "text/markdown"
    assert runbook is not None
    assert body.decode() == runbook.filled(partial(fleet.evaluation.rules.setting, "TerminalOffline")).text
    assert "7 分钟没有正常心跳" in body.decode()
    assert "6 台及以上" in body.decode()
    assert "<!--" not in body.decode()


async def test_page_shows_the_settings_in_force() -> None:
    """The page of a runbook has the limits that the configuration gives, not the defaults."""
    fleet = make_fleet(1)
    fleet.evaluation.rules.replace(RuleBook({"BatteryLow": {"below": 31.0, "for_s": 420.0}}))
    async with serving(fleet) as site:
        _, page = await site.get("/runbooks/BatteryLow", headers=PAGE)
    assert "below 31 % for 7 minutes" in page.decode()
    assert "Below 10 %" in page.decode()


async def test_open_alerts_are_named_beside_their_runbook() -> None:
    """Whoever follows an alert's link sees which terminals have it, and their pages are one click away."""
    living = make_fleet(3)
    living.hear_all()
    living.make_offline("10000001")
    async with serving(living) as site:
        _, runbook = await site.get("/runbooks/TerminalOffline", headers=PAGE)
        _, index = await site.get("/runbooks", headers=PAGE)
        _, terminal = await site.get("/terminals/10000001", headers=PAGE)
    assert "1 open" in runbook.decode()
    assert 'href="/terminals/10000001"' in runbook.decode()
    assert "1 open" in index.decode()
    assert 'href="/runbooks/TerminalOffline"' in terminal.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runbooks/NoSuchAlert", 404),
        ("/runbooks/README", 404),
        ("/runbooks/..%2Fconfiguration", 404),
        ("/runbooks/TerminalOffline?lang=de", 400),
        ("/runbooks?page=2", 400),
    ],
)
async def test_what_is_not_there_is_a_problem(path: str, status: int) -> None:
    """Unknown alerts, languages and parameters are refused like everywhere else."""
    async with serving(make_fleet(1)) as site:
        assert (await site.problem(path)).status == status


async def test_pages_answer_under_the_name_that_alerts_give_them() -> None:
    """Who follows `runbook_url` through a proxy asks for the external host; other names stay refused."""
    async with serving(make_fleet(1), external_url="https://posmon.shop.example") as site:
        for host, status in (("posmon.shop.example", 200), ("attacker.example", 421)):
            response, _ = await site.get("/runbooks/PaperOut", headers={"Host": host})
            assert response.status == status


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("PaperLow.md", "/runbooks/PaperLow?lang=zh"),
        ("PaperLow.zh.md", "/runbooks/PaperLow?lang=zh"),
        ("https://example.com/a", "https://example.com/a"),
        ("../configuration.md#dialects", ""),
        ("javascript:alert(1)", ""),
        ("http://example.com", ""),
    ],
)
def test_links_stay_on_these_pages(target: str, address: str) -> None:
    """A link to another runbook keeps the language; what is not served here is no link."""
    assert runbook_address(target, Language.ZH) == address
