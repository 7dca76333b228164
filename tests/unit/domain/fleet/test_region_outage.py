from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.region_outage import DARK_SHARE, RegionOutage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START
from tests.unit.domain.fleet.test_outage import member

WINDOW_S = 600.0


def region(*members: WatchedTerminal, elsewhere: int = 1) -> RegionOutage:
    """Return a region of these in a fleet with so many terminals more."""
    whole = Outage("", kind="fleet")
    for number in range(elsewhere):
        whole.add(member(900 + number, region="south"))
    group = RegionOutage("north", whole)
    for one in members:
        whole.add(one)
        group.add(one)
    return group


def together(group: RegionOutage, *, at_least: int = 2, share: float = 0.5) -> list[float]:
    """Return when the places of an outage went dark, in seconds after the start."""
    found = group.lost_together(at_least=at_least, share=share, window_s=WINDOW_S)
    return [group.went_dark(number).monotonic - START.monotonic for number in found]


def test_a_site_is_dark_when_four_fifths_of_it_are_down() -> None:
    """It is dark since the last of these was lost, not since the first."""
    group = region(
        *(member(number, site="a", last_good_s=5 if number == 1 else None) for number in range(1, 6))
    )
    for number in (2, 3):
        group.moved(member(number, site="a", last_good_s=10))
        assert not group.dark_places
    group.moved(member(4, site="a", last_good_s=20))
    assert group.dark_places == ["a"]
    assert group.went_dark(0).monotonic - START.monotonic == 20
    group.moved(member(4, site="a"))
    assert not group.dark_places


def test_terminals_without_a_site_and_small_shops_are_places() -> None:
    """A shop of one terminal counts as much as one of five."""
    group = region(member(1, last_good_s=0), member(2, site="b", last_good_s=30), member(3, site="c"))
    assert (group.all_places, group.dark_places) == (3, ["/10000001", "b"])
    assert together(group) == [0, 30]


def test_what_went_dark_long_before_is_no_part_of_it() -> None:
    """Three shops that went dark a quarter of an hour apart are no outage."""
    group = region(*(member(number, last_good_s=number * 1000.0) for number in range(3)))
    assert together(group) == []


def test_too_few_or_too_small_a_share_are_no_outage() -> None:
    """Both bounds count, over all places of the region."""
    group = region(*(member(n, last_good_s=n) for n in range(1, 4)), *(member(n) for n in range(4, 8)))
    assert together(group, at_least=3) == []
    assert together(group, at_least=3, share=0.4) == [1, 2, 3]
    assert together(group, at_least=4, share=0.4) == []


def test_a_place_that_leaves_is_counted_no_more() -> None:
    """Also when it was dark; a share of what is left counts."""
    rows = [member(1, last_good_s=0), member(2, last_good_s=0), *(member(n) for n in range(3, 6))]
    group = region(*rows)
    assert together(group) == []
    group.remove(rows[-1])
    assert together(group) == [0, 0]
    group.remove(rows[0])
    group.remove(rows[0])
    assert (group.all_places, group.dark_places) == (3, ["/10000002"])


def test_a_closed_shop_is_no_place() -> None:
    """It counts neither as dark nor among those of which a share must be dark, until it opens."""
    dark = [member(number, last_good_s=0) for number in (1, 2)]
    closed = [member(number, last_good_s=0) for number in (3, 4, 5)]
    group = region(*dark)
    for one in closed:
        group.add(one, is_closed=True)
    assert (group.all_places, together(group)) == (2, [0, 0])
    group.moved(closed[0], is_closed=False)
    assert (group.all_places, together(group)) == (3, [0, 0, 0])
    group.moved(dark[0], is_closed=True)
    group.remove(closed[1])
    assert (group.all_places, len(group.dark_places)) == (2, 2)


def test_the_only_region_is_the_whole_fleet() -> None:
    """One terminal elsewhere makes it a part."""
    rows = [member(1, region="north"), member(2, region="north")]
    assert region(*rows, elsewhere=0).is_whole_fleet
    assert not region(*rows).is_whole_fleet


def test_one_of_each_place_that_is_not_dark_may_be_asked() -> None:
    """Who is down already needs no poll."""
    lost = [member(1, site="a", last_good_s=0), member(2, site="b", last_good_s=0)]
    group = region(*lost, member(3, site="b"), member(4, site="b"), member(5))
    assert [one.terminal.terminal_id for one in group.one_of_each_place()] == ["10000003", "10000005"]
    assert (group.dark_after(START.monotonic - 1), group.dark_after(START.monotonic)) == (1, 0)


MOVES = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["down", "up", "closed", "leave"]), st.integers(0, 20)),
    max_size=60,
)


@pytest.mark.parametrize("share", [0.3, 0.5, 1.0])
@given(moves=MOVES)
def test_any_order_of_moves_comes_to_what_counting_anew_does(
    share: float, moves: list[tuple[int, str, int]]
) -> None:
    """Which places are dark, and whether that is an outage, agrees with a count by brute force."""
    group = region()
    now: dict[int, tuple[WatchedTerminal, str]] = {}
    for number, what, minute in moves:
        site = f"s{number % 5}" if number % 5 else ""
        if what == "leave":
            if number in now:
                group.remove(now.pop(number)[0])
            continue
        known = now.get(number)
        goes_on = known is not None and known[1] == what == "down"
        last_good_s = None if what == "up" else minute * 60.0
        one = known[0] if known and goes_on else member(number, site=site, last_good_s=last_good_s)
        now[number] = one, what
        (group.moved if known else group.add)(one, is_closed=what == "closed")
    places: dict[str, list[WatchedTerminal]] = {}
    for one in (one for one, what in now.values() if what != "closed"):
        places.setdefault(one.terminal.site or f"/{one.terminal.terminal_id}", []).append(one)
    dark = {name for name, rows in places.items() if sum(o.is_silent for o in rows) / len(rows) >= DARK_SHARE}
    assert set(group.dark_places) == dark
    assert group.all_places == len(places)
    times = [group.went_dark(number).monotonic for number in range(len(dark))]
    assert all(one <= other for one, other in pairwise(times))
    most = max((sum(first <= at <= first + WINDOW_S for at in times) for first in times), default=0)
    assert bool(together(group, share=share)) is (most >= 2 and most / len(places) >= share)
