"""Which page follows a page."""

import pytest
from yarl import URL

from monitor.adapters.sources.paging import by_number
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import RoundResult


@pytest.mark.parametrize("written", ["abc", "", "-1", "²", "9" * 5000])
def test_page_number_of_the_address_is_a_number(written: str) -> None:
    """The operator writes the first address; one that cannot be counted up ends the round in words."""
    end = by_number("page", lambda _document: 3)(URL("http://a.example/").with_query(page=written), {})
    assert end == RoundResult(Outcome.PROTOCOL, "the parameter page of its address is no number")


def test_page_numbers_are_counted_up_to_the_last() -> None:
    """The document says which is the last."""
    following = by_number("page", lambda document: document["pages"])
    assert following(URL("http://a.example/"), {"pages": 2}) == URL("http://a.example/?page=2")
    assert following(URL("http://a.example/?page=2"), {"pages": 2}) is None
