from typing import Any

import pytest

from monitor.web.api.search import Search
from monitor.web.api.survey_cache import SurveyCache
from monitor.web.routing.problems import Refused
from tests.fleets import LivingFleet, inventory_row

TAMPERED = {"pin_pad": {"status": "tampered"}}


def search_of(size: int) -> tuple[Search, LivingFleet]:
    """Return a search over terminals of which the first two are tampered with."""
    living = LivingFleet(inventory_row(number) for number in range(size))
    living.hear_all()
    for number in (0, 1):
        living.hear(f"{10_000_000 + number}", **TAMPERED)
    return Search(read_model=living.read_model, survey=SurveyCache(living.read_model)), living


async def test_every_terminal_is_on_one_page_or_another() -> None:
    """The first page of an open listing counts the whole fleet; the others need not."""
    search, _ = search_of(7)
    asked: dict[str, Any] = {"limit": 4, "lang": "zh"}
    first = await search.terminals(asked)
    assert first.next_cursor is not None
    second = await search.terminals({"limit": 4, "cursor": first.next_cursor})
    found = [row.terminal_id for page in (first, second) for row in page.terminals]
    assert sorted(found) == [f"{10_000_000 + number}" for number in range(7)]
    assert len(set(found)) == 7
    assert second.next_cursor is None


async def test_filters_reach_the_listing() -> None:
    """The language of a page is none."""
    search, _ = search_of(7)
    page = await search.terminals({"q": "10000003", "lang": "en"})
    assert [row.terminal_id for row in page.terminals] == ["10000003"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "终端"])
async def test_a_cursor_of_no_listing_is_refused(cursor: str) -> None:
    """So is one of another listing."""
    search, _ = search_of(2)
    for listing in (search.terminals, search.alerts):
        with pytest.raises(Refused) as refusal:
            await listing({"cursor": cursor})
        assert refusal.value.problem.status == 400
        assert refusal.value.problem.detail.startswith("cursor: ")


async def test_sites_are_found_by_name_and_region() -> None:
    """The case of letters does not matter."""
    search, _ = search_of(12)
    found = await search.sites({"q": "SHOP-01"})
    assert "shop-01" in str(found)
    assert "shop-00" not in str(found)


async def test_alerts_come_in_pages() -> None:
    """Each alert is on one of them."""
    search, living = search_of(3)
    first = await search.alerts({"limit": 1})
    found = [alert.subject for alert in first.alerts]
    while first.next_cursor is not None:
        first = await search.alerts({"limit": 1, "cursor": first.next_cursor})
        found += [alert.subject for alert in first.alerts]
    assert sorted(found) == sorted(alert.subject for alert in living.book)
