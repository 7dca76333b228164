import pytest

from monitor.adapters.collectors.http_json.keep_alive import LOSSES, PAUSE, KeepAliveMemory


def wishes(memory: KeepAliveMemory, polls: int) -> list[bool]:
    """Return what the memory wants for each of the next polls."""
    return [memory.wants() for _ in range(polls)]


def test_keeping_is_tried_at_first() -> None:
    """Of an unknown terminal the best is assumed, and one loss does not change that."""
    memory = KeepAliveMemory()
    assert memory.wants()
    memory.lost()
    assert memory.wants()


def test_two_losses_in_a_row_stop_it() -> None:
    """A terminal that lost its kept connections LOSSES times running is asked to close for PAUSE polls."""
    memory = KeepAliveMemory()
    for _ in range(LOSSES):
        memory.lost()
    assert wishes(memory, PAUSE) == [False] * PAUSE
    assert memory.wants()


def test_after_the_pause_one_more_loss_is_enough() -> None:
    """The trial after a pause is one poll: it need not fail twice again."""
    memory = KeepAliveMemory()
    for _ in range(LOSSES):
        memory.lost()
    wishes(memory, PAUSE)
    memory.lost()
    assert wishes(memory, 2) == [False, False]


def test_a_reuse_between_losses_forgives() -> None:
    """Losses count only in a row."""
    memory = KeepAliveMemory()
    for _ in range(10):
        memory.lost()
        memory.reused()
    assert memory.wants()


@pytest.mark.parametrize(
    ("kept_for_s", "accepts"),
    [
        pytest.param(None, True, id="unsaid: try it"),
        pytest.param(31, True, id="longer than the interval"),
        pytest.param(30, False, id="as long as the interval: a race"),
        pytest.param(5, False, id="shorter"),
    ],
)
def test_the_terminals_own_word_decides(kept_for_s: int | None, *, accepts: bool) -> None:
    """A terminal that keeps connections for less than the interval is not tried until it fails."""
    memory = KeepAliveMemory()
    assert memory.accepts(kept_for_s, interval_s=30.0) is accepts
    assert memory.wants() is accepts
