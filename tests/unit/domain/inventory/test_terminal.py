import pytest

from monitor.domain.inventory.terminal import FIELDS, PUSH_ENDPOINT, TERMINAL_ID, InventoryStatus, Terminal

URL = "http://192.0.2.1/"


@pytest.mark.parametrize(
    ("endpoint", "status", "is_polled", "is_push_only"),
    [
        (URL, InventoryStatus.IN_SERVICE, True, False),
        (URL, InventoryStatus.MAINTENANCE, True, False),
        (URL, InventoryStatus.SPARE, False, False),
        (URL, InventoryStatus.RETIRED, False, False),
        ("", InventoryStatus.IN_SERVICE, False, True),
        ("", InventoryStatus.MAINTENANCE, False, True),
        ("", InventoryStatus.SPARE, False, False),
        ("", InventoryStatus.RETIRED, False, False),
    ],
)
def test_only_a_terminal_in_use_is_polled_or_pushes(
    endpoint: str, status: InventoryStatus, *, is_polled: bool, is_push_only: bool
) -> None:
    """It is polled with an endpoint, and pushes without one."""
    row = Terminal(terminal_id="1", endpoint=endpoint, status=status)
    assert (row.is_polled, row.is_push_only) == (is_polled, is_push_only)


@pytest.mark.parametrize("status", InventoryStatus)
def test_only_a_terminal_in_service_is_paged_for(status: InventoryStatus) -> None:
    """One in maintenance is watched, and nobody is woken."""
    assert Terminal(terminal_id="1", status=status).is_paged is (status is InventoryStatus.IN_SERVICE)


def test_a_terminal_that_pushes_can_be_missed() -> None:
    """The endpoint `push:` makes its silence a failed poll; without it silence says nothing."""
    pushing = Terminal(terminal_id="1", endpoint=PUSH_ENDPOINT)
    assert pushing.reports_by_itself
    assert pushing.is_polled
    assert not pushing.is_push_only
    assert not Terminal(terminal_id="1").reports_by_itself
    assert not Terminal(terminal_id="1", endpoint=URL).reports_by_itself


@pytest.mark.parametrize("good", ["1", "10000001", "adyen:V400m-324688179", "a_b.c", "x" * 64])
def test_ids_of_acquirers_and_vendors_are_good(good: str) -> None:
    """ISO 8583 has eight characters, vendors use more."""
    assert TERMINAL_ID.fullmatch(good)


@pytest.mark.parametrize("bad", ["", " 1", "1 ", "a/b", "a\n", "x" * 65, "终端", "a,b"])
def test_an_id_that_could_break_a_path_or_a_label_is_bad(bad: str) -> None:
    """Spaces, slashes, control characters and letters beyond ASCII are not part of an id."""
    assert TERMINAL_ID.fullmatch(bad) is None


def test_columns_of_the_inventory_are_the_fields() -> None:
    """`terminal_id` stands first, as documented."""
    assert FIELDS[:2] == ("terminal_id", "endpoint")
    assert len(set(FIELDS)) == 17
