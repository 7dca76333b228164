"""What one terminal can cause with wrong PINs on many cards."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.alerts.rules import Override
from monitor.domain.inventory.selector import Selector
from tests.scenes import Scene, terminal

ID = "10000001"
CALLS_A_LIST, CALLS_AN_EVENT = 140_000, 120


def flood(scene: Scene, cards: int, *, tries: int = 3, first: int = 0, terminal_id: str = ID) -> None:
    """Report three wrong PINs on each of so many cards, in lists of at most a thousand events."""
    events = [scene.transaction("55", f"tok_{first + card}") for card in range(cards) for _ in range(tries)]
    for start in range(0, len(events), 999):
        scene.hear(*events[start : start + 999], terminal_id=terminal_id)


def card_alerts(scene: Scene) -> int:
    """Return how many alerts about cards are open."""
    return len(scene.book.named("PinFailuresOnCard"))


def test_one_terminal_opens_alerts_about_twenty_cards() -> None:
    """One alert about the terminal stands for the others, and says how many they are."""
    scene = Scene([terminal(1), terminal(2)])
    flood(scene, 300)
    assert card_alerts(scene) == 20
    said = scene.open()["PinFailuresOnTerminal", ID].annotations
    assert "280 or more cards have no alert of their own" in said["summary"]
    assert "至少 280 张卡没有单独告警" in said["summary_zh"]


def test_another_terminal_opens_alerts_of_its_own() -> None:
    """A compromised terminal silences nobody else, not even about the cards that it reported."""
    scene = Scene([terminal(1), terminal(2)])
    flood(scene, 300)
    flood(scene, 5, first=250, terminal_id="10000002")
    assert card_alerts(scene) == 25


def test_cards_with_an_alert_are_followed_on() -> None:
    """What is withheld is new alerts only."""
    scene = Scene([terminal(1)])
    flood(scene, 100)
    opened = {alert.subject for alert in scene.book.named("PinFailuresOnCard").values()}
    scene.pass_(20 * 3600)
    flood(scene, 20, tries=1)
    scene.pass_(5 * 3600)
    scene.poll()
    scene.tick()
    assert {alert.subject for alert in scene.book.named("PinFailuresOnCard").values()} == opened


def test_room_comes_back_when_alerts_are_over() -> None:
    """The bound is on alerts that are open, not on those of all time."""
    scene = Scene([terminal(1)])
    flood(scene, 30)
    scene.pass_(25 * 3600)
    scene.poll()
    scene.tick()
    assert card_alerts(scene) == 0
    flood(scene, 3, first=1000)
    assert card_alerts(scene) == 3


def test_bound_is_a_setting() -> None:
    """Also of single terminals."""
    few = Override(
        alertname="PinFailuresOnTerminal", selector=Selector(terminal_id=ID), changes={"card_alerts": 2}
    )
    scene = Scene([terminal(1), terminal(2)], overrides=[few])
    flood(scene, 5)
    assert card_alerts(scene) == 2
    flood(scene, 5, first=100, terminal_id="10000002")
    assert card_alerts(scene) == 7


def calls_of(scene: Scene, events: list[Any]) -> int:
    """Return how many Python functions are called while a poll brings these events."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        scene.hear(*events)
    finally:
        sys.setprofile(None)
    return calls


EVENT = st.sampled_from(["new card", "same card", "paid", "junk", "number", "log-in"])


@settings(deadline=None, max_examples=40)
@given(st.lists(EVENT, min_size=1, max_size=12), st.integers(1, 3_000), st.integers(0, 3))
def test_cost_of_a_list_of_events_is_bounded(kinds: list[str], length: int, floods: int) -> None:
    """However many events of whichever kind, also at a terminal that is attacked: operations, not seconds."""
    scene = Scene([terminal(1)])
    for place in range(floods):
        flood(scene, 300, first=1000 * place)
    made: dict[str, Callable[[int], object]] = {
        "new card": lambda place: scene.transaction("55", f"tok_new_{place}"),
        "same card": lambda place: scene.transaction("55", f"tok_{place % 50}"),
        "paid": lambda _place: scene.transaction("00", "tok_paid"),
        "junk": lambda place: {"id": f"junk{place}"},
        "number": lambda place: place,
        "log-in": lambda _place: scene.log_in(),
    }
    events = [made[kinds[place % len(kinds)]](place) for place in range(length)]
    assert calls_of(scene, events) <= CALLS_A_LIST + CALLS_AN_EVENT * min(length, 1_000)
