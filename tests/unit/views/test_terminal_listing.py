from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.health import Health
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.chunked_work import at_once
from monitor.views.cursor import BadCursor
from monitor.views.documents import Summary, TerminalPage
from monitor.views.terminal_listing import TerminalFilter, TerminalListing
from tests.fleets import LivingFleet, inventory_row, make_fleet


def _listing_of(living: LivingFleet) -> TerminalListing:
    return TerminalListing(fleet=living.fleet, book=living.book)


def _page_of(listing: TerminalListing, wanted: TerminalFilter, **paging: Any) -> TerminalPage:
    return at_once(listing.paging(wanted, **paging))


def _ids_of(page: TerminalPage) -> list[str]:
    return [row.terminal_id for row in page.terminals]


def _mixed_fleet() -> LivingFleet:
    """Five ok, one critical, one warning, one unknown, a spare and one without an endpoint."""
    living = make_fleet(
        7,
        inventory_row(7, merchant_name="北京茶馆", site="teahouse", serial_number="SN-Straße"),
        inventory_row(8, status=InventoryStatus.SPARE),
        inventory_row(9, endpoint=""),
    )
    for number in range(7):
        status = {5: "paper_out", 6: "fault"}.get(number, "ok")
        living.hear(f"{10_000_000 + number}", printer={"status": status}, model="other")
    living.wait(121)
    return living


FILTERS: list[tuple[str, TerminalFilter, Iterable[int]]] = [
    ("nothing asked: every watched terminal", TerminalFilter(), range(8)),
    ("by site", TerminalFilter(site=frozenset({"shop-01"})), (5, 6)),
    ("by several sites", TerminalFilter(site=frozenset({"shop-01", "teahouse"})), (5, 6, 7)),
    ("by region", TerminalFilter(region=frozenset({"north"})), (1, 3, 5, 7)),
    ("by vendor", TerminalFilter(vendor=frozenset({"pax"})), ()),
    ("by model, the inventory's", TerminalFilter(model=frozenset({"N910"})), range(8)),
    ("by health", TerminalFilter(health=frozenset({Health.CRITICAL})), (5,)),
    ("by healths", TerminalFilter(health=frozenset({Health.CRITICAL, Health.UNKNOWN})), (5, 7)),
    ("whatever needs attention", TerminalFilter(attention=True), (5, 6, 7)),
    ("part of an id", TerminalFilter(q="0006"), (6,)),
    ("part of a merchant's name", TerminalFilter(q="茶"), (7,)),
    ("part of a serial number, in any case", TerminalFilter(q="sn-STRASSE"), (7,)),
    ("two filters at once", TerminalFilter(site=frozenset({"shop-01"}), q="merchant 6"), (6,)),
    ("spares, on request", TerminalFilter(status=frozenset({InventoryStatus.SPARE})), (8,)),
    (
        "in service, also where nobody polls",
        TerminalFilter(status=frozenset({InventoryStatus.IN_SERVICE})),
        (*range(8), 9),
    ),
]


@pytest.mark.parametrize(("wanted", "numbers"), [row[1:] for row in FILTERS], ids=[row[0] for row in FILTERS])
def test_filters(wanted: TerminalFilter, numbers: Iterable[int]) -> None:
    """A filter finds exactly the terminals it describes, in the order of their ids."""
    page = _page_of(_listing_of(_mixed_fleet()), wanted)
    assert _ids_of(page) == [f"{10_000_000 + number}" for number in numbers]


def test_the_summary_counts_what_the_scope_holds_not_what_is_shown() -> None:
    """Asking for the critical ones of a fleet still tells how many are well."""
    page = _page_of(_listing_of(_mixed_fleet()), TerminalFilter(health=frozenset({Health.CRITICAL})), limit=1)
    assert page.summary == Summary(ok=5, warning=1, critical=1, unknown=1)


def test_the_summary_follows_the_other_filters() -> None:
    """Counts of a site are of that site."""
    page = _page_of(_listing_of(_mixed_fleet()), TerminalFilter(site=frozenset({"shop-01"})))
    assert page.summary == Summary(critical=1, warning=1)


def test_later_pages_have_no_summary() -> None:
    """Counting the fleet again for every page would cost more than the page."""
    listing = _listing_of(make_fleet(3))
    first = _page_of(listing, TerminalFilter(), limit=2)
    assert first.next_cursor is not None
    second = _page_of(listing, TerminalFilter(), limit=2, cursor=first.next_cursor)
    assert (second.summary, second.next_cursor, _ids_of(second)) == (None, None, ["10000002"])


@given(count=st.integers(0, 12), limit=st.integers(1, 5), joining=st.sets(st.integers(0, 30), max_size=6))
def test_paging_meets_every_staying_terminal_once(count: int, limit: int, joining: set[int]) -> None:
    """Terminals that join or leave between two pages neither repeat nor hide another."""
    living = make_fleet(count)
    listing = _listing_of(living)
    seen: list[str] = []
    cursor: str | None = ""
    first = True
    while cursor is not None:
        page = _page_of(listing, TerminalFilter(), cursor=cursor, limit=limit)
        seen += _ids_of(page)
        cursor = page.next_cursor
        if first and count > limit:
            living.fleet.remove(seen[0])
        for number in joining if first else ():
            living.evaluation.membership.add(inventory_row(number + 100), living.clock.now())
        first = False
    assert seen == sorted(set(seen))
    assert set(seen) >= {f"{10_000_000 + number}" for number in range(count)}


def test_a_newcomer_is_listed_at_once() -> None:
    """The kept order is thrown away when the fleet changes."""
    living = make_fleet(1)
    listing = _listing_of(living)
    _page_of(listing, TerminalFilter())
    living.evaluation.membership.add(inventory_row(1), living.clock.now())
    assert _ids_of(_page_of(listing, TerminalFilter())) == ["10000000", "10000001"]


def test_a_foreign_cursor_is_refused() -> None:
    """A listing does not guess where a stranger wants to go on."""
    with pytest.raises(BadCursor):
        _page_of(_listing_of(make_fleet(1)), TerminalFilter(), cursor="?")
