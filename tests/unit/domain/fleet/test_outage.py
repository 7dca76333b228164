import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import START, reading, result, terminal

FAILED = PollResult(Outcome.TIMEOUT, 5.0)


def member(number: int, *, last_good_s: float | None = None, **fields: str) -> WatchedTerminal:
    """Return a terminal that is up, or down since `last_good_s` after the start."""
    row = terminal(number, **fields)
    watched = WatchedTerminal(row, rules=RuleBook().for_terminal(row), now=START)
    if last_good_s is not None:
        good = START.ago(-last_good_s)
        watched.absorb(result(reading(row.terminal_id)), good, clock_skew_s=None, steady=True)
        watched.absorb(FAILED, good.ago(-30), clock_skew_s=None, steady=True)
    return watched


def outage(*members: WatchedTerminal) -> Outage:
    """Return a group of these."""
    group = Outage("shop")
    for one in members:
        group.add(one)
    return group


def test_a_group_without_members_is_not_down() -> None:
    """Of nobody, nobody is down."""
    assert (outage().down, outage().share, outage().places, outage().region) == (0, 0.0, 0, "")
    assert outage().example is None


def test_terminals_are_counted_in_as_they_are() -> None:
    """A terminal that is down when it joins counts as down at once."""
    group = outage(member(1), member(2, last_good_s=0))
    assert (group.down, group.share) == (1, 0.5)


def test_the_same_move_twice_counts_once() -> None:
    """What is counted is who is down, not how often it was said."""
    lost = member(1, last_good_s=0)
    group = outage(lost, member(2))
    group.moved(lost)
    assert (group.down, group.places) == (1, 1)
    group.remove(lost)
    group.remove(lost)
    assert (group.down, group.places, len(group.members)) == (0, 0, 1)


def test_places_are_sites_and_lone_terminals() -> None:
    """Terminals of one site are one place, each without a site is its own, even if it is named alike."""
    group = outage(
        member(1, last_good_s=0, site="a"),
        member(2, last_good_s=0, site="a"),
        member(3, last_good_s=0),
        member(4, last_good_s=0, site="10000003"),
        member(5, site="b"),
    )
    assert group.places == 3


def test_the_region_is_that_of_most_members() -> None:
    """One row with a slip of the pen does not move the site, and a tie is broken the same way each time."""
    odd = member(3, region="east")
    group = outage(odd, member(1, region="north"), member(2, region="north"))
    assert group.region == "north"
    group.remove(group.members["10000001"])
    assert group.region == "east"


def test_an_outage_began_when_enough_were_lost() -> None:
    """Of five with a share of 0.8 needed, it is the fourth loss that counts."""
    group = outage(*(member(number, last_good_s=number) for number in (5, 3, 1, 2, 4)))
    assert group.began(0.8) == START.ago(-4)


def test_an_outage_did_not_begin_before_the_least_number_was_lost() -> None:
    """A small site needs three terminals down, though two are more than the share."""
    group = outage(*(member(number, last_good_s=number) for number in (1, 2, 3)), member(4))
    assert group.began(0.5) == START.ago(-2)
    assert group.began(0.5, at_least=3) == START.ago(-3)


def test_an_outage_that_is_none_did_not_begin() -> None:
    """Asked too early, the group says so."""
    with pytest.raises(ValueError, match="does not reach"):
        outage(member(1, last_good_s=0), member(2)).began(0.8)


def test_a_group_was_asked_when_the_last_of_those_down_was() -> None:
    """Who is up does not count, and nobody is looked for more than once a second."""
    group = outage(member(1), member(2, last_good_s=10), member(3, last_good_s=20))
    assert group.asked_at(START.ago(-60)) == START.ago(-35), "failed at 40 s after five seconds"
    group.members["10000002"].absorb(FAILED, START.ago(-60), clock_skew_s=None, steady=True)
    assert group.asked_at(START.ago(-60.9)) == START.ago(-35)
    assert group.asked_at(START.ago(-61)) == START.ago(-45)


def test_a_terminal_never_heard_is_lost_since_it_is_watched() -> None:
    """Before the first good poll, the outage began with the watch."""
    silent = member(1)
    silent.absorb(FAILED, START.ago(-50), clock_skew_s=None, steady=True)
    assert outage(silent).began(1.0) == START


@given(total=st.integers(1, 200), percent=st.integers(1, 100), data=st.data())
def test_a_share_that_is_reached_has_a_beginning(total: int, percent: int, data: st.DataObject) -> None:
    """Whoever finds the share reached can ask since when, whatever floating point makes of it."""
    down = data.draw(st.integers(0, total))
    group = Outage("shop")
    for number in range(total):
        group.add(member(number, last_good_s=number if number < down else None))
    share = percent / 100
    if group.share >= share:
        needed = next(n for n in range(1, total + 1) if n / total >= share)
        assert group.began(share) == Instant(START.monotonic + needed - 1, START.wall + needed - 1)


def test_who_is_off_as_expected_does_not_count() -> None:
    """Neither as down nor as a member, until its shop is open again."""
    off, lost, well = member(1, last_good_s=0, site="a"), member(2, last_good_s=0, site="b"), member(3)
    group = outage(lost, well)
    group.add(off, is_closed=True)
    assert (group.down, group.share, group.places, len(group.members)) == (1, 0.5, 1, 2)
    assert [*group.closed] == ["10000001"]
    group.moved(off)
    assert (group.down, group.places, len(group.members), len(group.closed)) == (2, 2, 3, 0)
    group.moved(lost, is_closed=True)
    assert (group.down, group.places, len(group.members), len(group.closed)) == (1, 1, 2, 1)


def test_a_group_whose_members_are_all_closed_still_has_them() -> None:
    """It is empty only when they have left."""
    off = member(1, last_good_s=0, region="north")
    group = outage()
    group.add(off, is_closed=True)
    assert (group.down, group.share, group.region, group.example is None) == (0, 0.0, "north", False)
    assert group.example is off
    group.remove(off)
    group.remove(off)
    assert [group.example, group.region] == [None, ""]
