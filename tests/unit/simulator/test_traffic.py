from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.card_number import contains_card_number
from monitor.domain.instant import parse_rfc3339
from monitor.simulator.document import LoginEvent, TransactionEvent
from monitor.simulator.traffic import DAY_S, REMEMBERED, events_at

WALL = 1_795_222_800
"""2026-11-21T01:00:00Z."""
TRAITS = st.integers(0, 2**64 - 1)


def a_month(traits: int, per_day: int = 200) -> dict[str, TransactionEvent | LoginEvent]:
    """Return every event of thirty days by its id, as a poller that comes often hears them."""
    pace_s = DAY_S // per_day
    heard: dict[str, TransactionEvent | LoginEvent] = {}
    for wall in range(WALL, WALL + 30 * DAY_S, pace_s):
        heard |= {event.id: event for event in events_at(traits, wall=wall, per_day=per_day)}
    return heard


@given(traits=TRAITS, wall=st.integers(WALL, WALL + 30 * DAY_S), per_day=st.integers(1, 2880))
def test_events_are_of_the_past_and_in_order(traits: int, wall: int, per_day: int) -> None:
    """Nothing is told before it happens, and no id occurs twice in a heartbeat."""
    events = events_at(traits, wall=wall, per_day=per_day)
    times = [parse_rfc3339(event.at) or 0.0 for event in events]
    assert times == sorted(times)
    assert all(at <= wall for at in times)
    assert len({event.id for event in events}) == len(events) <= 2 * (REMEMBERED + 1)


@given(traits=TRAITS)
def test_what_is_remembered_does_not_change(traits: int) -> None:
    """The same id is the same event in every heartbeat that still has it."""
    known: dict[str, object] = {}
    for wall in range(WALL, WALL + 7200, 60):
        for event in events_at(traits, wall=wall, per_day=500):
            assert known.setdefault(event.id, event) == event


def test_shops_sell_as_shops_do() -> None:
    """About 200 transactions a day, 1.5 % of them with a wrong PIN, nearly all others approved."""
    codes = Counter(
        event.response_code
        for traits in range(10)
        for event in a_month(traits).values()
        if isinstance(event, TransactionEvent)
    )
    total = codes.total()
    assert 180 < total / 300 < 220
    assert 0.01 < codes["55"] / total < 0.02
    assert codes["00"] / total > 0.93


def test_a_wrong_pin_is_followed_by_the_right_one() -> None:
    """Customers are clumsy, not thieves: the next try of the card is approved."""
    events = [event for event in a_month(7).values() if isinstance(event, TransactionEvent)]
    wrong = [event for event in events if event.response_code == "55"]
    assert wrong
    for event in wrong:
        at = parse_rfc3339(event.at) or 0.0
        later = [one for one in events if 0 < (parse_rfc3339(one.at) or 0.0) - at <= 30]
        assert later[0].response_code == "00"


def test_operators_sign_on() -> None:
    """Now and then somebody signs on, and succeeds."""
    log_ins = [event for event in a_month(3).values() if isinstance(event, LoginEvent)]
    assert log_ins
    assert all(event.success for event in log_ins)


def test_no_token_could_be_a_card_number() -> None:
    """The simulator keeps the contract: an opaque token, never a number."""
    tokens = [event.card_token for event in a_month(5).values() if isinstance(event, TransactionEvent)]
    assert not any(contains_card_number(token) for token in tokens)
