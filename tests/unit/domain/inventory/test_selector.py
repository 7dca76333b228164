import pytest

from monitor.domain.inventory.selector import Selector
from tests.scenes import terminal

ONE = terminal(site="mall", region="north", model="N910")


@pytest.mark.parametrize(
    ("sentence", "selector", "covers"),
    [
        ("a selector without fields covers everybody", Selector(), True),
        ("a field that agrees covers", Selector(site="mall"), True),
        ("a field that differs does not", Selector(site="kiosk"), False),
        ("all fields must agree", Selector(site="mall", model="A920"), False),
        (
            "all fields that agree cover",
            Selector(terminal_id="10000001", site="mall", region="north", model="N910"),
            True,
        ),
        ("an id covers one terminal", Selector(terminal_id="10000002"), False),
        ("a region is compared as it is written", Selector(region="North"), False),
    ],
)
def test_covers(sentence: str, selector: Selector, *, covers: bool) -> None:
    """A selector covers the terminals that have every field it names."""
    assert selector.covers(ONE) is covers, sentence
