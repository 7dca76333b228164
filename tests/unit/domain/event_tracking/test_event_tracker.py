import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event_tracking import event_tracker as event_tracker_module
from monitor.domain.event_tracking.event_bounds import EventBounds
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events import terminal_history as histories
from monitor.domain.events.card_hash import LABEL_DIGITS, CardHasher
from monitor.domain.events.card_windows import CardWindows
from monitor.domain.events.decoding import RejectedFor
from monitor.domain.events.event import EventType
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.events.terminal_history import Kind
from monitor.domain.fleet.clock_skew import ENOUGH
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome, PollResult
from tests.scenes import CARD_KEY, CODES, Scene, reading, terminal

DAY_S = 86_400.0


def test_an_event_counts_once() -> None:
    """However often it comes, in one list or in many; another terminal may use the same id."""
    scene = Scene([terminal(1), terminal(2)])
    event = scene.transaction("55", "tok")
    assert scene.hear(event, event).duplicates == 1
    heard = scene.hear(event)
    assert (heard.accepted, heard.duplicates) == (0, 1)
    assert scene.hear(event, terminal_id="10000002").accepted == 1
    assert scene.event_tracker.counts == {(EventType.TRANSACTION, "wrong_pin"): 2}


def test_ids_that_begin_again_name_other_events() -> None:
    """The terminal has lost its counter: the same id at another time is another event."""
    scene = Scene([terminal()])
    before = [scene.transaction("55", ago=600.0 - number) | {"id": str(number)} for number in range(1, 4)]
    after = [scene.transaction("55", ago=60.0 - number) | {"id": str(number)} for number in range(1, 4)]
    assert scene.hear(*before).accepted == 3
    heard = scene.hear(*before, *after)
    assert (heard.accepted, heard.duplicates) == (3, 3)
    assert scene.hear(*after).duplicates == 3
    assert scene.event_tracker.queries.activity("10000001", scene.now).day.transactions == 6


def test_an_event_in_another_spelling_is_a_repetition() -> None:
    """Its time is compared, not what it looks like; fractions of a second may be missing."""
    scene = Scene([terminal()])
    event = scene.transaction("55", ago=60.0) | {"id": "7"}
    at = scene.now.wall - 60.0
    assert scene.hear(event).accepted == 1
    for other in (at, at * 1000, f"{at:.0f}", rfc3339(at + 0.25), rfc3339(at).replace("Z", "+00:00")):
        assert scene.hear(event | {"at": other}).duplicates == 1, other
    assert scene.hear(event | {"id": 7}).duplicates == 1


def test_a_clock_that_is_set_makes_no_event_of_a_repetition() -> None:
    """The terminal's clock was an hour fast when it noted the event, and is right when it repeats it."""
    scene = Scene([terminal()])
    event = scene.transaction("55") | {"at": rfc3339(scene.now.wall + 3600 - 60)}
    for skew_s in (3600.0, 0.0, -40.0):
        heartbeat = reading(sent_at=rfc3339(scene.now.wall + skew_s))
        other = scene.transaction("00", ago=10.0 - skew_s)
        scene.accept(PollResult(Outcome.OK, 0.02, heartbeat, "", [event, other]))
        scene.pass_(3600)
    assert scene.event_tracker.counts[EventType.TRANSACTION, "wrong_pin"] == 1


def test_events_of_a_heartbeat_count_and_cost_it_nothing() -> None:
    """A bad one among them is left out, the reading stands, and what is kept holds no raw event."""
    scene = Scene([terminal()])
    events = [scene.transaction(), {"id": 7}, "x", scene.transaction("55")]
    poll = PollResult(Outcome.OK, 0.02, reading(battery={"percent": 50}), "", events)
    scene.accept(poll)
    assert scene.watched().reading == reading(battery={"percent": 50})
    assert sum(scene.event_tracker.counts.values()) == 2
    assert scene.event_tracker.rejections.total() == 2


def test_a_heartbeat_of_another_counts_nothing() -> None:
    """What an endpoint says that answers as somebody else is not the terminal's."""
    scene = Scene([terminal(1), terminal(2)])
    poll = PollResult(Outcome.OK, 0.02, reading("10000002"), "", [scene.transaction()])
    scene.accept(poll)
    assert not scene.event_tracker.counts


@pytest.mark.parametrize(
    ("ago", "is_taken"),
    [(0, True), (DAY_S, True), (DAY_S + 1, False), (-300, True), (-301, False), (-1e9, False), (1e9, False)],
)
def test_too_old_and_too_far_ahead_is_refused(ago: float, *, is_taken: bool) -> None:
    """A day back and five minutes ahead are the bounds."""
    scene = Scene([terminal()])
    heard = scene.hear(scene.transaction(ago=ago))
    assert (heard.accepted == 1) is is_taken
    assert all(one.reason.startswith("at: more than") for one in heard.rejected)


@pytest.mark.parametrize("skew", [-7200.0, -3.0, 0.0, 7200.0])
def test_a_terminal_s_clock_may_be_wrong(skew: float) -> None:
    """A heartbeat tells what its clock shows, and its events are placed by the difference."""
    scene = Scene([terminal()])
    sent_at = scene.now.wall + skew
    event = scene.transaction("55") | {"at": rfc3339(sent_at - 60)}
    poll = PollResult(Outcome.OK, 0.02, reading(sent_at=rfc3339(sent_at)), "", [event])
    scene.accept(poll)
    history = scene.watched().events
    assert history is not None
    assert history.times[0] == pytest.approx(scene.now.monotonic - 60)
    (seen,) = scene.event_tracker.drain_unsaved()
    assert seen.event.at == pytest.approx(scene.now.wall - 60, abs=4 if abs(skew) < 5 else 1)


def test_a_terminal_s_clock_may_be_set() -> None:
    """What it tells after that is placed by the clock it has then."""
    scene = Scene([terminal()])
    for skew in (0.0, 7200.0, -50.0):
        scene.pass_(100)
        sent_at = scene.now.wall + skew
        event = scene.transaction() | {"at": rfc3339(sent_at - 10)}
        poll = PollResult(Outcome.OK, 0.02, reading(sent_at=rfc3339(sent_at)), "", [event])
        scene.accept(poll)
    history = scene.watched().events
    assert history is not None
    first = scene.now.monotonic - 200 - 10
    assert list(history.times) == pytest.approx([first, first + 100, first + 200])


def test_our_own_clock_may_be_wrong() -> None:
    """While most of a large fleet agree, it does not matter that our clock is fifty minutes ahead."""
    numbers = range(1, ENOUGH + 1)
    scene = Scene([terminal(number) for number in numbers])
    scene.jump(3000)
    for number in numbers:
        terminal_id = f"{10_000_000 + number}"
        scene.poll(terminal_id, reading(terminal_id, sent_at=rfc3339(scene.true_time)))
    event = scene.transaction("55") | {"at": rfc3339(scene.true_time - 60)}
    assert scene.hear(event).accepted == 1
    history = scene.watched().events
    assert history is not None
    assert history.times[0] == pytest.approx(scene.now.monotonic - 60)


@given(st.permutations(range(12)), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_what_is_known_does_not_depend_on_the_order(order: list[int], portions: list[int]) -> None:
    """Late and early, in one list or in twelve: transactions and marks end up the same."""
    one, other = Scene([terminal()]), Scene([terminal()])
    codes = ["55", "00", "99", "55", "97", "00", "75", "55", "A0", "00", "68", "55"]
    events = [
        one.transaction(code, f"tok_{number % 5}", ago=600 - 50 * number, amount_minor=100, currency="EUR")
        for number, code in enumerate(codes)
    ]
    one.hear(*events)
    left = [events[number] for number in order]
    for size in portions:
        other.hear(*left[:size])
        del left[:size]
    other.hear(*left)
    mine, theirs = one.watched().events, other.watched().events
    assert mine is not None
    assert theirs is not None
    assert (mine.times, mine.cards, mine.amounts) == (theirs.times, theirs.cards, theirs.amounts)
    kinds = [kind for kind in Kind if kind is not Kind.UNKNOWN_ID]  # named by a number of the run's own
    assert [mine.marks(kind).entries for kind in kinds] == [theirs.marks(kind).entries for kind in kinds]
    assert mine.wrong_pin_run() == theirs.wrong_pin_run() == 1
    activities = [scene.event_tracker.queries.activity("10000001", scene.now) for scene in (one, other)]
    assert activities[0].day.categories == activities[1].day.categories


def test_activity_sums_up_what_is_known() -> None:
    """Counts by code and category, cards, the run of wrong PINs, operators."""
    scene = Scene([terminal()])
    scene.hear(
        scene.transaction("00", "a", ago=7200),
        scene.transaction("55", "b", ago=300),
        scene.transaction("55", "b", ago=200),
        scene.transaction("00", "b", ago=100),
        scene.transaction("99", "c", ago=50),
        scene.transaction("55", "d", ago=10),
        scene.log_in("01", success=True),
        scene.log_in("02"),
    )
    known = scene.event_tracker.queries.activity("10000001", scene.now)
    assert dict(known.recent.codes) == {"55": 3, "00": 1, "99": 1}
    assert (known.recent.transactions, known.day.transactions) == (5, 6)
    assert known.recent.count(CodeCategory.WRONG_PIN, CodeCategory.PIN_DATA_FAULT) == 4
    assert (known.day.cards, known.day.wrong_pin_cards) == (4, 2)
    assert (known.day.faulty_cards, known.day.recovered_cards) == (1, 1)
    assert known.recent.gap_s == 145
    assert known.wrong_pin_run == 1
    assert known.last_approved is not None
    assert known.last_approved.monotonic == scene.now.monotonic - 100
    assert (known.operators, known.failed_log_ins) == (("01",), 1)
    assert (known.most_tried.tries, known.most_tried.terminals) == (2, ("10000001",))
    assert not scene.event_tracker.queries.activity("99999999", scene.now).day.transactions


def test_what_was_counted_is_handed_out_once_and_taken_back() -> None:
    """After a restart windows, ids and cards are as before; the time without posmon counts."""
    scene = Scene([terminal()])
    events = [scene.transaction("55", "tok", ago=50), scene.log_in("07", success=True)]
    scene.hear(*events)
    kept = scene.event_tracker.drain_unsaved()
    assert len(kept) == 2
    assert not scene.event_tracker.drain_unsaved()
    later = Scene([terminal()])
    later.pass_(600)
    later.recall(kept)
    known = later.event_tracker.queries.activity("10000001", later.now)
    assert known.wrong_pin_run == 1
    assert known.last_event is not None
    assert known.last_event.monotonic == pytest.approx(later.now.monotonic - 650)
    assert known.operators == ("07",)
    assert later.hear(*events).duplicates == 2
    assert later.event_tracker.queries.card_activity(kept[0].event.card[:LABEL_DIGITS]).tries == 1  # type: ignore[union-attr]
    assert not later.event_tracker.unsaved


def test_of_terminals_that_are_gone_nothing_comes_back() -> None:
    """Nor of those days ago."""
    scene = Scene([terminal()])
    scene.hear(scene.transaction("55"))
    kept = scene.event_tracker.drain_unsaved()
    empty = Scene([terminal(2)])
    empty.recall(kept)
    late = Scene([terminal()])
    late.pass_(3 * DAY_S)
    late.recall(kept)
    assert empty.watched("10000002").events is None
    assert late.watched().events is None


def test_a_card_goes_on_when_the_key_is_changed() -> None:
    """What was counted under the former key counts on, under the former name."""
    scene = Scene([terminal()])
    scene.hear(scene.transaction("55", "tok"), scene.transaction("55", "tok"))
    kept = scene.event_tracker.drain_unsaved()
    later = Scene([terminal()])
    later.event_tracker = EventTracker(
        fleet=later.fleet, codes=CODES, hasher=CardHasher([b"another key, 16+", CARD_KEY])
    )
    later.recall(kept)
    later.event_tracker.ingest(later.watched(), [later.transaction("55", "tok") | {"id": "new"}], later.now)
    assert len(later.event_tracker.windows.cards) == 1
    label = CardHasher([CARD_KEY]).card("tok")[:LABEL_DIGITS]
    assert later.event_tracker.queries.card_activity(label).tries == 3


def test_a_terminal_under_repair_names_no_card() -> None:
    """Whoever repairs it tries test cards."""
    scene = Scene([terminal(status=InventoryStatus.MAINTENANCE)])
    scene.hear(*(scene.transaction("55", "tok") for _ in range(5)))
    assert not len(scene.event_tracker.windows.cards)


def test_a_flood_of_one_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs neither memory nor the others' events."""
    monkeypatch.setattr(event_tracker_module, "MOST_IN_A_TURN", 10)
    scene = Scene([terminal(1), terminal(2)])
    heard = scene.hear(*(scene.transaction() for _ in range(15)))
    assert (heard.accepted, len(heard.rejected)) == (10, 5)
    assert scene.hear(scene.transaction(), terminal_id="10000002").accepted == 1
    scene.pass_(3600)
    assert scene.hear(scene.transaction()).accepted == 1


def test_a_long_list_is_cut() -> None:
    """Its first events count; all others are counted as rejected and told in one entry, whatever they are."""
    scene = Scene([terminal()])
    events = [scene.transaction() for _ in range(1000)]
    heard = scene.hear(*events, *range(20_000))
    assert heard.accepted == 1000
    assert [(one.index, one.reason) for one in heard.rejected] == [
        (1000, "more than 1000 events in one list: 20000 from here on are left out")
    ]
    assert scene.event_tracker.rejections["push", RejectedFor.TOO_MANY] == 20_000
    assert scene.hear(*events, *range(20_000)).duplicates == 1000


def test_histories_and_cards_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go, and cards that go early are counted."""
    monkeypatch.setattr(histories, "MOST_TRANSACTIONS", 20)
    scene = Scene([terminal()])
    scene.hear(*(scene.transaction("00", ago=100 - number) for number in range(30)))
    history = scene.watched().events
    assert history is not None
    assert len(history.times) == len(history.codes) == len(history.cards) == 20
    cards = CardWindows(most=3)
    for number in range(5):
        cards.add(f"{number:032x}"[::-1], 0.0, "t", scene.now)
    assert (len(cards), cards.evicted) == (3, 2)


def test_everything_is_forgotten_in_time() -> None:
    """Two days after the last event nothing is left."""
    scene = Scene([terminal()])
    scene.hear(scene.transaction("55", "tok"), scene.log_in("01", success=True))
    scene.pass_(2 * DAY_S + 60)
    for _ in range(3):
        scene.pass_(10)
        scene.tick()
    assert scene.watched().events is None
    assert not len(scene.event_tracker.windows.cards)


def test_other_bounds_are_heeded() -> None:
    """An hour back, a minute ahead."""
    scene = Scene([terminal()])
    bounds = EventBounds(max_age_s=3600, max_future_s=60)
    strict = EventTracker(fleet=scene.fleet, codes=CODES, bounds=bounds)
    events = [scene.transaction(ago=ago) for ago in (3601, 3600, -60, -61)]
    heard = strict.ingest(scene.watched(), events, scene.now)
    assert [one.reason for one in heard.rejected] == [
        "at: more than 1 hours old",
        "at: more than 1 minutes in the future",
    ]


TOKENS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", max_size=16).map("zq7_{}".format)


@given(st.lists(TOKENS, min_size=1, max_size=4, unique=True), st.data())
def test_no_token_is_ever_kept_or_told(tokens: list[str], data: st.DataObject) -> None:
    """Neither in alerts, nor in what is made durable, nor in what is known."""
    scene = Scene([terminal()])
    codes = st.sampled_from(["00", "55", "99"])
    picks = data.draw(st.lists(st.tuples(codes, st.sampled_from(tokens)), min_size=5, max_size=20))
    heard = scene.hear(*(scene.transaction(code, token) for code, token in picks))
    told: list[Any] = [scene.journal, scene.event_tracker.drain_unsaved(), heard, list(scene.book)]
    told += [
        scene.event_tracker.queries.activity("10000001", scene.now),
        scene.event_tracker.counts,
        scene.event_tracker.rejections,
    ]
    text = json.dumps([repr(one) for one in told])
    assert not [token for token in tokens if token in text]
