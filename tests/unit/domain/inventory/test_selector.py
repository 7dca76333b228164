import pytest

from monitor.domain.inventory.selector import Scope
from tests.scenes import terminal

ONE = terminal(site="mall", region="north", model="N910")


@pytest.mark.parametrize(
    ("sentence", "scope", "covers"),
    [
        ("a scope without fields covers everybody", Scope(), True),
        ("a field that agrees covers", Scope(site="mall"), True),
        ("a field that differs does not", Scope(site="kiosk"), False),
        ("all fields must agree", Scope(site="mall", model="A920"), False),
        (
            "all fields that agree cover",
            Scope(terminal_id="10000001", site="mall", region="north", model="N910"),
            True,
        ),
        ("an id covers one terminal", Scope(terminal_id="10000002"), False),
        ("a region is compared as it is written", Scope(region="North"), False),
    ],
)
def test_covers(sentence: str, scope: Scope, *, covers: bool) -> None:
    """A scope covers the terminals that have every field it names."""
    assert scope.covers(ONE) is covers, sentence
