from monitor.domain.fleet.fleet import Fleet
from tests.fleets import LivingFleet, add_sources, make_fleet
from tests.integration.web.site import serving
from tests.integration.web.test_pages import text_of


def sourced(*extra: str) -> LivingFleet:
    """Return a fleet with three sources."""
    living = make_fleet(2)
    add_sources(living.fleet, *extra)
    return living


async def test_the_page_tells_how_each_source_is_and_what_does_not_agree() -> None:
    """State, age, unreadable fields, the ids and what to do about them."""
    living = sourced()
    living.clock.turn(125)
    async with serving(living) as site:
        text = await text_of(site, "/sources")
    up, down, fresh = (text.index(f" {name} square") for name in ("tills", "readers", "fresh"))
    assert "tills square answers" in text[up:down]
    assert "2 min" in text[up:down]
    assert "Unreadable fields battery.percent" in text[up:down]
    assert "Not in the inventory 1: a " in text[up:down]
    assert "posmon inventory import tills" in text[up:down]
    assert "Not listed by the source 1: gone" in text[up:down]
    assert "cannot be asked" in text[down:fresh]
    assert "status 401" in text[down:fresh]
    assert "not asked yet" in text[fresh:]
    assert "never" in text[fresh:]


async def test_a_source_that_discovers_needs_no_advice() -> None:
    """Its terminals are watched already."""
    living = sourced()
    living.fleet.sources["tills"].discovers = True
    async with serving(living) as site:
        text = await text_of(site, "/sources")
    assert "watched all the same" in text
    assert "posmon inventory import" not in text


async def test_of_many_ids_some_are_shown_and_none_is_markup() -> None:
    """The number says how many there are."""
    async with serving(sourced("<script>alert(1)</script>", *(f"t{number}" for number in range(30)))) as site:
        _, body = await site.get("/sources")
        text = await text_of(site, "/sources")
    assert b"<script>alert" not in body
    assert "32: " in text
    assert "and 12 more" in text


async def test_the_page_is_in_chinese_too() -> None:
    """Every word but ids, kinds and details."""
    async with serving(sourced()) as site:
        text = await text_of(site, "/sources?lang=zh")
    assert "来源未列出 1: gone" in text
    assert "Not in the inventory" not in text


async def test_the_monitor_s_page_leads_there() -> None:
    """With how many cannot be asked; without sources it says nothing."""
    async with serving(sourced()) as site:
        _, body = await site.get("/posmon")
        text = await text_of(site, "/posmon")
    assert b'href="/sources"' in body
    assert "1 cannot be asked" in text
    living = make_fleet(1)
    assert living.fleet.sources == Fleet().sources
    async with serving(living) as site:
        _, body = await site.get("/posmon")
        assert "No sources are configured" in await text_of(site, "/sources")
    assert b'href="/sources"' not in body
