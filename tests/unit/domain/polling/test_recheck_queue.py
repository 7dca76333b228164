from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.recheck_queue import RecheckQueue, Rechecks
from tests.scenes import terminal

ROWS = [terminal(number) for number in range(5)]


def test_an_empty_queue_has_nothing_to_drain() -> None:
    """Nothing waits until somebody asks for a recheck."""
    queue = RecheckQueue()
    assert queue.is_empty
    assert queue.drain() == Rechecks((), ())


def test_a_terminal_may_wait_in_both_lists() -> None:
    """The scheduler decides which of them moves its appointment."""
    queue = RecheckQueue()
    queue.hasten(ROWS[:1])
    assert not queue.is_empty
    queue.suspect(ROWS[:2])
    assert queue.drain() == Rechecks(soon=(ROWS[0],), if_slow=(ROWS[0], ROWS[1]))
    assert queue.is_empty


def test_a_changed_inventory_row_replaces_the_one_that_waits() -> None:
    """The terminal is polled where it is now."""
    queue = RecheckQueue()
    moved = terminal(0, endpoint="http://192.0.2.99/")
    queue.hasten([ROWS[0], ROWS[1]])
    queue.hasten([moved])
    assert queue.drain().soon == (moved, ROWS[1])


@given(st.lists(st.lists(st.sampled_from(ROWS))), st.lists(st.lists(st.sampled_from(ROWS))))
def test_each_terminal_waits_once_in_each_list(
    soon: list[list[Terminal]], if_slow: list[list[Terminal]]
) -> None:
    """They come out in the order in which they were first asked for."""
    queue = RecheckQueue()
    for rows in soon:
        queue.hasten(rows)
    for rows in if_slow:
        queue.suspect(iter(rows))
    drained = queue.drain()
    assert drained.soon == tuple(dict.fromkeys(row for rows in soon for row in rows))
    assert drained.if_slow == tuple(dict.fromkeys(row for rows in if_slow for row in rows))
    assert queue.is_empty
