"""The emergency plan on the pages and in the API."""

from monitor.domain.calendars.plans import Plans
from monitor.domain.inventory.contacts import Contact, ContactRole
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.documents import AlertPage, TerminalDetail
from tests.fleets import LivingFleet, inventory_row, make_fleet
from tests.integration.web.site import serving

NASTY = Contact(
    name="<b>Telecom</b>",
    role=ContactRole.CARRIER,
    phone="+49 (30) 1234 x5",
    email="a+b@example.com",
    note="day & night",
)


def scene() -> LivingFleet:
    """Return a terminal without paper, a spare beside it, and a contact."""
    living = make_fleet(1, inventory_row(3, status=InventoryStatus.SPARE, endpoint="", site="shop-00"))
    living.hear_all(printer={"status": "paper_out"})
    living.wait(60)
    living.hear_all(printer={"status": "paper_out"})
    living.fleet.follow(Plans(contacts=(NASTY,)))
    return living


async def test_pages_have_numbers_to_dial() -> None:
    """The alert's and the terminal's, in both languages; what people wrote is text."""
    async with serving(scene()) as site:
        for path in ("/alerts/PaperOut?subject=10000000", "/terminals/10000000"):
            _, body = await site.get(path)
            page = body.decode()
            assert '<a href="tel:+49301234;ext=5"><bdi>+49 (30) 1234 x5</bdi></a>' in page
            assert '<a href="mailto:a%2Bb%40example.com">' in page
            assert "&lt;b&gt;Telecom&lt;/b&gt;" in page
            assert 'href="/terminals/10000003"' in page
            _, body = await site.get(path, headers={"Accept-Language": "zh"})
            assert "应急预案" in body.decode()
            assert "运营商" in body.decode()


async def test_api_has_the_plan() -> None:
    """Of an alert and of a terminal; the contacts of the next reload are there at once."""
    living = scene()
    async with serving(living) as site:
        page = await site.decoded("/api/v1/alerts", AlertPage)
        (alert,) = [one for one in page.alerts if one.alertname == "PaperOut"]
        assert alert.plan.contacts[0].dial == "tel:+49301234;ext=5"
        assert [one.terminal_id for one in alert.plan.spares] == ["10000003"]
        detail = await site.decoded("/api/v1/terminals/10000000", TerminalDetail)
        assert detail.plan.contacts == alert.plan.contacts
        living.fleet.follow(Plans())
        living.fleet.drop_aside("10000003")
        assert (await site.decoded("/api/v1/terminals/10000000", TerminalDetail)).plan is None
