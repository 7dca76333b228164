import asyncio
import re

import pytest

from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.chunked_work import PART
from tests.fleets import LivingFleet, inventory_row, make_closed_fleet, make_fleet
from tests.integration.web.site import Site, serving


async def text_of(site: Site, path: str) -> str:
    """Return the words of a page, without its markup."""
    response, body = await site.get(path)
    assert (response.status, response.content_type) == (200, "text/html")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.decode()))


async def overview_of(living: LivingFleet) -> str:
    """Return the words of the overview."""
    async with serving(living) as site:
        return await text_of(site, "/")


async def test_a_well_fleet() -> None:
    """A person with nothing to do learns it at a glance."""
    living = make_fleet(12)
    living.hear_all()
    text = await overview_of(living)
    assert "All 12 terminals are well" in text
    assert "12 of 12 online (100 %)" in text


async def test_what_needs_attention_says_what_since_when_and_what_to_do() -> None:
    """Each entry names the place, the fault, its age and the first step, in the language asked for."""
    living = make_fleet(2)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000001", printer={"status": "paper_out"})
    living.wait(125)
    async with serving(living) as site:
        text = await text_of(site, "/")
        chinese = await text_of(site, "/?lang=zh")
    assert "1 needs attention" in text
    assert "shop-00 north 10000001 Merchant 1 2 min Paper out receipt printer: paper out" in text
    assert "Put in a new roll" in text
    assert "装入新纸卷" not in text
    assert "1 项需要处理" in chinese
    assert "装入新纸卷" in chinese
    assert "Put in a new roll" not in chinese


async def test_a_dark_site_has_a_banner() -> None:
    """The site is named above everything else; its terminals are held back."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5)))
    text = await overview_of(living)
    assert "1 site is dark shop-00 5 of 5 offline" in text
    assert "5 alerts held back" in text


async def test_an_unreachable_fleet_has_a_banner_and_hides_the_consequences() -> None:
    """The monitor's own link is named as the suspect, and no shop is sent anywhere."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(10)))
    text = await overview_of(living)
    assert "The fleet is out of reach" in text
    assert "Nothing needs to be done in the shops" in text
    assert "dark" not in text.partition("Sites")[0]


async def test_the_list_of_alerts_begins_with_the_worst() -> None:
    """Severity, place and words, without the names that stand beside them; the watchdog comes last."""
    living = make_fleet(7)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000006", printer={"status": "paper_low"})
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5)))
    async with serving(living) as site:
        text = await text_of(site, "/alerts")
    places = [
        text.index("Site offline critical whole site shop-00"),
        text.index("Terminal offline critical held back 10000000 shop-00"),
        text.index("Paper low warning being confirmed 10000006 shop-01"),
        text.index("Watchdog none posmon"),
    ]
    assert places == sorted(places)
    assert "is polling; check posmon" in text
    assert "posmon: is" not in text
    assert "10000006: " not in text


async def test_a_list_without_terminals_says_why() -> None:
    """An empty inventory is another matter than a filter that nothing matches; one is one."""
    async with serving(make_fleet(0)) as site:
        assert "No terminals are watched Add rows with an endpoint" in await text_of(site, "/terminals")
        assert "No terminal matches." in await text_of(site, "/terminals?q=x")
    async with serving(make_fleet(1)) as site:
        assert " 1 terminal: 0 critical" in await text_of(site, "/terminals?lang=en")


async def test_a_long_list_is_folded() -> None:
    """What is the same everywhere is one line with a count, and names the twenty most urgent."""
    living = make_fleet(130)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    text = await overview_of(living)
    assert "130 need attention" in text
    assert "Paper out 130 at 26 sites" in text
    assert text.count("Put in a new roll") == 1
    assert text.count("receipt printer: paper out") == 20
    assert "all 130" in text


STATES = [
    ("no terminals", make_fleet(0), "No terminals are watched"),
    ("none heard yet", make_fleet(2), "2 terminals have not been heard from yet"),
]


@pytest.mark.parametrize(("living", "text"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
async def test_states_that_are_neither_well_nor_ill(living: LivingFleet, text: str) -> None:
    """Nothing known is not called well."""
    assert text in await overview_of(living)


async def test_a_refused_reload_is_told() -> None:
    """Whoever looks at the page learns that it shows an older configuration than the files hold."""
    living = make_fleet(1)
    living.reloads.note(successful=False, now=Instant(0.0, 0.0))
    text = await overview_of(living)
    assert "The last reload was refused" in text
    assert "2026-11-21 01:00:00 UTC stay in force" in text


async def test_not_ready_is_told() -> None:
    """Before the first inventory the page says so rather than showing an empty fleet."""
    living = make_fleet(0)
    living.is_ready = False
    assert "No inventory has been loaded yet" in await overview_of(living)


async def test_pages_refresh_themselves() -> None:
    """The overview does so without script too; a form would be cleared by that; all terminals are dear."""
    wholes = {"/": (1, 1), "/terminals/10000000": (1, 1)}
    lists = {"/alerts": (0, 1), "/sites": (0, 1), "/terminals": (0, 0)}
    async with serving(make_fleet(1)) as site:
        for path, expected in (wholes | lists).items():
            _, body = await site.get(path)
            refreshes, scripts = body.count(b'<noscript><meta http-equiv="refresh"'), body.count(b"<script")
            assert (refreshes, scripts) == expected, path
            assert scripts == body.count(b'<script src="/static/live.js?v=')
            assert b" style=" not in body


async def test_a_terminal_s_page_tells_everything() -> None:
    """Parts, alerts with advice in two languages, facts, inventory and history are on it."""
    living = make_fleet(1, contact="Wang, +86 10 5555")
    living.hear("10000000", printer={"status": "ok"}, battery={"percent": 55}, firmware_version="3.2.1")
    living.wait(30)
    living.hear(
        "10000000", printer={"status": "paper_out"}, battery={"percent": 55}, firmware_version="3.2.1"
    )
    living.wait(61)
    async with serving(living) as site:
        text = await text_of(site, "/terminals/10000000")
    for words in (
        "10000000 critical online",
        "Printer paper out",
        "Battery 55 %",
        "PIN pad unknown",
        "The printer has reported for 1 minute that it has no paper",
        "Put in a new roll",
        "firmware 3.2.1",
        "contact Wang, +86 10 5555",
        "2026-11-21 01:01:31 UTC Paper out firing receipt printer: paper out",
        "Paper out 2026-11-21 01:00:30 UTC to now",
    ):
        assert words in text


async def test_pages_of_terminals_nobody_polls_or_that_were_never_heard() -> None:
    """A page without a reading is a page all the same."""
    living = make_fleet(1, inventory_row(7, status=InventoryStatus.SPARE))
    async with serving(living) as site:
        assert "Never heard" in await text_of(site, "/terminals/10000000")
        assert "spare" in await text_of(site, "/terminals/10000007")


async def test_terminals_are_found_by_the_form() -> None:
    """Empty fields of the form, which browsers send as well, do not narrow the search."""
    living = make_fleet(12)
    living.hear_all()
    async with serving(living) as site:
        text = await text_of(site, "/terminals?q=merchant+1&site=&health=")
        _, refused = await site.get("/terminals?health=good")
    assert re.findall(r"\b100000\d\d\b", text) == ["10000001", "10000010", "10000011"]
    assert b"Invalid enum value" in refused


async def test_the_next_page_keeps_the_filters() -> None:
    """Following the link goes on in the same listing."""
    living = make_fleet(12)
    async with serving(living) as site:
        _, first = await site.get("/terminals?limit=5&health=unknown")
        link = re.search(rb'href="([^"]+)" rel="next"', first)
        assert link is not None
        text = await text_of(site, link[1].decode().replace("&amp;", "&"))
    assert re.findall(r"\b100000\d\d\b", text) == [f"{10_000_000 + number}" for number in range(5, 10)]


async def test_assets_may_be_kept_for_ever_because_their_addresses_change() -> None:
    """A browser fetches the style sheet once per version; the pages themselves are never kept."""
    async with serving(make_fleet(1)) as site:
        page, body = await site.get("/")
        link = re.search(rb'href="(/static/page\.css\?v=[0-9a-f]{16})"', body)
        assert link is not None
        style, _ = await site.get(link[1].decode())
    assert (style.status, style.content_type) == (200, "text/css")
    assert "immutable" in style.headers["Cache-Control"]
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/posmon",
        "/sites",
        "/terminals",
        "/terminals?q=x",
        "/alerts?site=x",
        "/api/v1/status",
        "/api/v1/terminals",
    ],
)
async def test_others_have_their_turn_while_a_large_fleet_is_looked_at(path: str) -> None:
    """No poll waits for somebody who looks at a page."""
    living = make_fleet(6000)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    async with serving(living) as site:
        looking = asyncio.ensure_future(site.get(path))
        turns = 0
        while not looking.done():
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, no time passes
            turns += 1
        response, _ = await looking
    assert response.status == 200
    assert turns > 6000 // PART


async def test_a_chinese_page_says_in_chinese_what_is_wrong() -> None:
    """Wherever an alert is shown, what it says is in the reader's language."""
    living = make_fleet(3)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000001", printer={"status": "paper_out"})
    living.wait(61)
    alert = "/alerts/PaperOut?subject=10000001&lang=zh"
    async with serving(living) as site:
        for path in (
            "/?lang=zh",
            "/alerts?lang=zh",
            "/terminals?lang=zh",
            "/terminals/10000001?lang=zh",
            alert,
        ):
            text = await text_of(site, path)
            assert "打印机\N{FULLWIDTH COLON}缺纸" in text, path
            assert "receipt printer: paper out" not in text, path


async def test_sites_are_listed_by_their_trouble() -> None:
    """A dark site comes first, those that are well last, and one is found by its name."""
    living = make_fleet(20)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000016", printer={"status": "paper_out"})
    living.make_offline(*(f"{10_000_000 + number}" for number in range(10, 15)))
    async with serving(living) as site:
        everything = await text_of(site, "/sites")
        assert "4 sites, the worst first" in everything
        places = [everything.index(name) for name in ("shop-02", "shop-03", "shop-00", "shop-01")]
        assert places == sorted(places)
        assert "dark" in everything
        found = await text_of(site, "/sites?q=SHOP-01&region=")
        assert "1 site, the worst first" in found
        assert "shop-02" not in found
        cut = await text_of(site, "/sites?limit=1")
        assert "and 3 more" in cut
        assert "No site matches." in await text_of(site, "/sites?region=nowhere")


async def test_a_closed_shop_is_a_quiet_line() -> None:
    """It needs no attention; its terminals are marked, on the list and on their own page."""
    async with serving(make_closed_fleet(5)) as site:
        overview = await text_of(site, "/")
        listed, chinese = await text_of(site, "/terminals"), await text_of(site, "/terminals?lang=zh")
        shown = await text_of(site, "/terminals/10000000")
    assert "5 off in closed shops" in overview
    assert "All 5 terminals are well" in overview
    assert "need attention" not in overview
    assert listed.count(" ok closed ") == 5
    assert "no good heartbeat" not in listed
    assert " 已打烊 " in chinese
    assert " ok closed " in shown
    assert "very likely the shop is closed" in shown
    assert "wider than the shop" not in shown
