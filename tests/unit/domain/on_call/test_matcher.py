import pytest

from monitor.domain.errors import InvalidAction
from monitor.domain.on_call.matcher import MOST_VALUES, Matcher, read_matcher

LABELS = {"alertname": "PaperOut", "site": "mall", "region": "east", "category": "printer"}


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ({}, True),
        ({"site": "mall"}, True),
        ({"site": "pier"}, False),
        ({"site": ["pier", "mall"]}, True),
        ({"site": "mall", "region": "west"}, False),
        ({"model": "N910"}, False),
    ],
)
def test_every_key_must_have_one_of_its_values(written: dict[str, object], fits: bool) -> None:
    """A label that the alert lacks fits no value."""
    assert read_matcher(written).matches(LABELS) is fits


@pytest.mark.parametrize(
    ("written", "field", "reason"),
    [
        ("mall", "match", "is not an object"),
        ({"shop": "mall"}, "match.shop", "is no key of a match; it has terminal_id, merchant_id, site"),
        ({"site": []}, "match.site", "names no value"),
        ({"site": ""}, "match.site", "is not a text of 1 to 256 characters"),
        ({"site": 7}, "match.site", "is not a text"),
        ({"site": ["a", None]}, "match.site", "is not a text"),
        ({"site": "x" * 257}, "match.site", "is not a text of 1 to 256"),
        ({"site": "a\0b"}, "match.site", "a line break or another character"),
        ({"terminal_id": ["1", "4111111111111111"]}, "match.terminal_id", "looks like a card number"),
        ({"site": ["x"] * (MOST_VALUES + 1)}, "match.site", "more than 1000"),
    ],
)
def test_a_bad_match_is_named_with_its_field(written: object, field: str, reason: str) -> None:
    """People see which part of what they wrote is wrong."""
    with pytest.raises(InvalidAction) as caught:
        read_matcher(written)
    (fault,) = caught.value.faults
    assert fault.field == field
    assert reason in fault.reason


def test_all_faults_are_named_at_once() -> None:
    """Not only the first."""
    with pytest.raises(InvalidAction) as caught:
        read_matcher({"shop": "a", "site": 7, "region": "east"})
    assert [fault.field for fault in caught.value.faults] == ["match.shop", "match.site"]


def test_a_match_names_alerts_by_name_or_category_only() -> None:
    """A site's silence means the site's work, not an attack there."""
    assert Matcher({"category": ("security",)}).names_alerts
    assert Matcher({"site": ("mall",), "alertname": ("PaperOut",)}).names_alerts
    assert not Matcher({"site": ("mall",), "severity": ("critical",)}).names_alerts


def test_a_match_is_written_narrowest_first() -> None:
    """So that two spellings of one match read alike."""
    matcher = read_matcher({"region": "east", "site": ["mall", "pier"]})
    assert str(matcher) == "site=mall|pier, region=east"
    assert matcher.narrowest == "site"
    assert str(Matcher({})) == "everything"
    assert Matcher({}).narrowest == ""
