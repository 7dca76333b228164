import pytest

from monitor.views.documents import AlertPage, StatusDocument, TerminalDetail, TerminalPage
from tests.fleets import LivingFleet, make_fleet
from tests.integration.web.site import serving

ID = "10000004"


def troubled_fleet() -> LivingFleet:
    """Return seven terminals of two shops: one without paper, one never heard."""
    living = make_fleet(7)
    for number in range(6):
        living.hear(f"{10_000_000 + number}", printer={"status": "ok"})
    living.hear(ID, printer={"status": "paper_out"})
    living.wait(61)
    return living


async def test_status_counts_the_fleet() -> None:
    """The status document comes over the wire as clients decode it."""
    async with serving(troubled_fleet()) as site:
        status: StatusDocument = await site.decoded("/api/v1/status", StatusDocument)
    assert (status.summary.ok, status.summary.critical, status.summary.unknown) == (5, 1, 1)
    assert status.ready
    assert [row.site for row in status.sites] == ["shop-00", "shop-01"]


async def test_terminals_are_paged_by_cursor() -> None:
    """Following `next_cursor` meets each terminal once."""
    ids: list[str] = []
    async with serving(troubled_fleet()) as site:
        cursor: str | None = ""
        while cursor is not None:
            path = f"/api/v1/terminals?limit=3{'&cursor=' + cursor if cursor else ''}"
            page: TerminalPage = await site.decoded(path, TerminalPage)
            ids += [row.terminal_id for row in page.terminals]
            cursor = page.next_cursor
    assert ids == [f"{10_000_000 + number}" for number in range(7)]


QUERIES = [
    ("one site", "site=shop-01", {"10000005", "10000006"}),
    ("two sites", "site=shop-01&site=shop-00", {f"{10_000_000 + number}" for number in range(7)}),
    ("health", "health=critical&health=unknown", {ID, "10000006"}),
    ("attention", "attention=true", {ID, "10000006"}),
    ("text", "q=MERCHANT+5", {"10000005"}),
    ("everything at once", "site=shop-00&region=south&vendor=newland&model=N910&attention=1", {ID}),
    ("a site nobody knows", "site=nowhere", set()),
]


@pytest.mark.parametrize(("query", "ids"), [row[1:] for row in QUERIES], ids=[row[0] for row in QUERIES])
async def test_terminals_are_filtered(query: str, ids: set[str]) -> None:
    """The query string narrows the listing."""
    async with serving(troubled_fleet()) as site:
        page: TerminalPage = await site.decoded(f"/api/v1/terminals?{query}", TerminalPage)
    assert {row.terminal_id for row in page.terminals} == ids


async def test_a_terminal_has_its_history_from_the_store() -> None:
    """What was committed about the terminal is told, newest first."""
    async with serving(troubled_fleet()) as site:
        detail: TerminalDetail = await site.decoded(f"/api/v1/terminals/{ID}", TerminalDetail)
    assert [step.state for step in detail.history] == ["firing", "pending"]
    assert detail.alerts == ["PaperOut"]


async def test_alerts_are_listed_and_filtered() -> None:
    """Open alerts are found by their labels."""
    async with serving(troubled_fleet()) as site:
        page: AlertPage = await site.decoded("/api/v1/alerts", AlertPage)
        named: AlertPage = await site.decoded("/api/v1/alerts?severity=critical&site=shop-00", AlertPage)
    assert {alert.alertname for alert in page.alerts} == {"PaperOut", "Watchdog"}
    assert [alert.labels["terminal_id"] for alert in named.alerts] == [ID]


REFUSED = [
    ("a misspelt parameter", "/api/v1/terminals?sites=a", "no parameter of that name"),
    ("a parameter where none belongs", "/api/v1/status?site=a", "It takes none"),
    ("a health nobody has", "/api/v1/terminals?health=good", "health: Invalid enum value 'good'"),
    ("no number", "/api/v1/terminals?limit=many", "limit: Expected `int`"),
    ("a limit too large", "/api/v1/terminals?limit=1001", "limit: Expected `int` <= 1000"),
    ("no items at all", "/api/v1/alerts?limit=0", "limit: Expected `int` >= 1"),
    ("one value twice", "/api/v1/terminals?q=a&q=b", "q: given more than once"),
    ("a text too long", f"/api/v1/terminals?q={'x' * 257}", "q: Expected `str` of length <= 256"),
    ("another listing's cursor", "/api/v1/alerts?cursor=WyJhIl0", "cursor: not a cursor of this listing"),
    ("a cursor made up", "/api/v1/terminals?cursor=%C3%A9", "cursor: not a cursor of this listing"),
]


@pytest.mark.parametrize(("path", "detail"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_makes_no_sense_is_refused_with_its_reason(path: str, detail: str) -> None:
    """A mistake in a query is named, not ignored: a filter that silently does nothing misleads."""
    async with serving(make_fleet(1)) as site:
        problem = await site.problem(path)
    assert (problem.status, problem.title) == (400, "Bad Request")
    assert detail in problem.detail


async def test_an_unknown_terminal_is_not_found() -> None:
    """An id that the inventory does not hold is 404, and says so."""
    async with serving(make_fleet(1)) as site:
        problem = await site.problem("/api/v1/terminals/99999999")
    assert (problem.status, problem.detail) == (404, "The inventory has no terminal of that id.")
