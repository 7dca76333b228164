from contextlib import ExitStack

import pytest

from monitor.domain.pushing.limits import BURST_S, ITEM_BYTES, PushLimits, TooFast, TooMuchAtOnce


def test_a_source_has_a_share_of_the_bytes_and_all_have_a_bound() -> None:
    """One source cannot take everything, all of them no more than there is, and a block frees its bytes."""
    limits = PushLimits(per_s=1, most_bytes=10, most_bytes_of_one=4)
    with ExitStack() as stack:
        for source in ("a", "b"):
            stack.enter_context(limits.holding(source))(4)
        with limits.holding("a") as reserve, pytest.raises(TooMuchAtOnce):
            reserve(1)
        with limits.holding("c") as reserve:
            reserve(2)
            with pytest.raises(TooMuchAtOnce):
                reserve(1)
    for source in ("a", "b"):
        with limits.holding(source) as reserve:
            reserve(4)


def test_a_source_beyond_its_rate_waits_and_only_the_first_refusal_is_marked() -> None:
    """The wait pays the debt off; another source is not concerned."""
    limits = PushLimits(per_s=2)
    limits.check("a", 0.0)
    limits.pay("a", 0.0, 2 * BURST_S + 9)
    refusals = []
    for _ in range(2):
        with pytest.raises(TooFast) as refused:
            limits.check("a", 0.0)
        refusals.append((refused.value.wait_s, refused.value.is_first))
    assert refusals == [(5.0, True), (5.0, False)]
    limits.check("b", 0.0)
    limits.check("a", 5.0)


def test_bytes_are_paid_for_like_items() -> None:
    """A body of a megabyte costs as much as 256 events."""
    limits = PushLimits(per_s=1)
    limits.pay_bytes("a", 0.0, ITEM_BYTES - 1)
    limits.pay_bytes("a", 0.0, (BURST_S + 3) * ITEM_BYTES)
    with pytest.raises(TooFast) as refused:
        limits.check("a", 0.0)
    assert refused.value.wait_s == 4.0
