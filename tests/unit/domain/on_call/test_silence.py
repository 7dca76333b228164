from monitor.domain.on_call.matcher import Matcher
from monitor.domain.on_call.silence import Silence

SILENCE = Silence(
    id="s1", matcher=Matcher({"site": ("mall",)}), starts_at=100.0, ends_at=200.0, by="ann", comment="works"
)


def test_it_holds_from_its_start_until_its_end() -> None:
    """The end is no part of it."""
    assert [SILENCE.holds(wall) for wall in (99.0, 100.0, 199.9, 200.0)] == [False, True, True, False]


def test_its_details_name_match_and_end() -> None:
    """As the record of actions keeps them."""
    assert SILENCE.details == {"match": "site=mall", "until": "1970-01-01T00:03:20.000Z"}
