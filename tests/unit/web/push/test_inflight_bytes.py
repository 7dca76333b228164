from contextlib import ExitStack

import pytest

from monitor.web.push.inflight_bytes import InflightBytes
from monitor.web.routing.problems import Refused


def test_a_source_has_a_share_and_all_have_a_bound() -> None:
    """One source cannot take everything, all of them no more than there is, and what is let go is free."""
    in_hand = InflightBytes(most=10, most_of_one=4)
    with ExitStack() as stack:
        for source in ("a", "b"):
            stack.enter_context(in_hand.of(source))(4)
        with in_hand.of("a") as hold, pytest.raises(Refused):
            hold(1)
        with in_hand.of("c") as hold:
            hold(2)
            with pytest.raises(Refused) as refused:
                hold(1)
        assert (refused.value.problem.status, refused.value.headers["Retry-After"]) == (503, "1")
    for source in ("a", "b"):
        with in_hand.of(source) as hold:
            hold(4)
