"""A restart while a day of events comes back: nothing is counted twice, nothing is judged by halves."""

from collections.abc import Callable, Sequence

import pytest

from monitor.domain.alerts.alert import AlertState
from monitor.domain.events.event import EventType
from monitor.domain.events.seen_event import SeenEvent
from tests.lasting_store import keys_of
from tests.scenes import TICK_S, Scene, reading, terminal

ALERT = "PinFailuresOnTerminal", "10000001"


def counted(*codes: str) -> tuple[list[dict[str, object]], list[SeenEvent]]:
    """Return transactions of different cards, ten seconds apart, and what a run before has saved of them."""
    before = Scene([terminal()])
    events = [
        before.transaction(code, f"tok{place}", ago=10.0 * (len(codes) - place)) | {"id": f"old-{place}"}
        for place, code in enumerate(codes)
    ]
    before.hear(*events)
    return events, before.event_tracker.drain_unsaved()


def restarted(saved: Sequence[SeenEvent]) -> Scene:
    """Return a run that knows what there was, of which nothing is back yet."""
    scene = Scene([terminal()])
    scene.event_tracker.replay.expect(keys_of(saved), scene.now)
    return scene


def wrong_pins(scene: Scene, count: int) -> list[dict[str, object]]:
    """Return wrong PINs of as many other cards."""
    return [scene.transaction("55", f"new{place}") | {"id": f"new-{place}"} for place in range(count)]


def test_what_was_counted_before_is_a_duplicate_before_it_is_back() -> None:
    """The terminal repeats what it remembers, with something new among it."""
    events, saved = counted("55", "00", "55")
    scene = restarted(saved)
    heard = scene.hear(*events, *wrong_pins(scene, 1))
    assert (heard.accepted, heard.duplicates) == (1, 3)
    assert scene.hear(*events, *wrong_pins(scene, 1)).duplicates == 4
    scene.event_tracker.replay.restore(saved, scene.now)
    scene.catch_up()
    assert scene.hear(*events).duplicates == 3
    assert scene.event_tracker.queries.activity("10000001", scene.now).day.transactions == 4
    assert scene.event_tracker.counts == {(EventType.TRANSACTION, "wrong_pin"): 1}
    assert [seen.event.id for seen in scene.event_tracker.drain_unsaved()] == ["new-0"]


def test_wrong_pins_are_not_held_against_half_a_window() -> None:
    """Five of five are an attack, five of thirty are a busy shop: the thirty are just not back yet."""
    _, saved = counted(*["00"] * 25)
    scene = restarted(saved)
    scene.hear(*wrong_pins(scene, 5), *(scene.transaction("00") for _ in range(5)))
    scene.event_tracker.replay.restore(saved[:20], scene.now)
    scene.wait(3 * TICK_S)
    scene.event_tracker.replay.restore(saved[20:], scene.now)
    scene.catch_up()
    assert ALERT not in scene.open()


def test_what_came_meanwhile_fires_together_with_what_came_back() -> None:
    """Three wrong PINs before the restart, two just after it: none of the windows alone says it."""
    _, saved = counted(*["55"] * 3, *["00"] * 5)
    scene = restarted(saved)
    scene.hear(*wrong_pins(scene, 2))
    assert not scene.open()
    scene.event_tracker.replay.restore(saved, scene.now)
    assert not scene.open()
    scene.catch_up()
    assert scene.open()[ALERT].state is AlertState.FIRING


def test_what_came_back_alone_fires_nothing() -> None:
    """It was judged by the run before."""
    _, saved = counted(*["55"] * 6, *["00"] * 5)
    scene = restarted(saved)
    scene.event_tracker.replay.restore(saved, scene.now)
    scene.catch_up()
    scene.wait(3 * TICK_S)
    assert ALERT not in scene.open()


def test_an_open_alert_waits_for_its_window() -> None:
    """That of a card is not over because nothing of the card is back yet."""
    before = Scene([terminal()])
    before.hear(*(before.transaction("55", "tok") | {"id": str(place)} for place in range(3)))
    saved = before.event_tracker.drain_unsaved()
    (key,) = [key for key in before.open() if key[0] == "PinFailuresOnCard"]
    scene = restarted(saved)
    scene.book.restore(before.open()[key])
    scene.wait(60.0)
    assert key in scene.open()
    scene.event_tracker.replay.restore(saved, scene.now)
    scene.catch_up()
    scene.wait(60.0)
    assert scene.open()[key].state is AlertState.FIRING


@pytest.mark.parametrize("act", [Scene.tick, lambda scene: scene.hear(scene.transaction("00"))])
def test_an_open_alert_of_a_terminal_is_not_judged_meanwhile(act: Callable[[Scene], object]) -> None:
    """However long it takes until its window is back, neither time nor another event ends it."""
    before = Scene([terminal()])
    before.hear(*wrong_pins(before, 6), *(before.transaction("00") for _ in range(6)))
    saved = before.event_tracker.drain_unsaved()
    scene = restarted(saved)
    scene.book.restore(before.open()[ALERT])
    scene.poll()
    scene.pass_(3600.0)
    act(scene)
    assert scene.open()[ALERT].absent_since is None


def test_a_serial_number_that_alternates_meanwhile_is_told_afterwards() -> None:
    """What was seen under the id is judged when its history is back."""
    _, saved = counted("00")
    scene = restarted(saved)
    for number in ("A1", "B2", "A1", "B2"):
        scene.poll("10000001", reading(serial_number=number))
    assert ("TerminalIdConflict", "10000001") not in scene.open()
    scene.event_tracker.replay.restore(saved, scene.now)
    scene.catch_up()
    assert ("TerminalIdConflict", "10000001") in scene.open()


def test_a_terminal_that_leaves_meanwhile_takes_its_events_along() -> None:
    """Nothing of it is placed any more, and the rest is."""
    _, saved = counted("00", "55")
    scene = restarted(saved)
    scene.add(terminal(2))
    scene.hear(*wrong_pins(scene, 2))
    scene.hear(scene.transaction("55", "tok"), terminal_id="10000002")
    scene.take(scene.evaluation.membership.remove("10000001", scene.now))
    scene.event_tracker.replay.restore(saved, scene.now)
    scene.catch_up()
    assert scene.event_tracker.queries.activity("10000002", scene.now).day.transactions == 1
    assert scene.event_tracker.replay.remaining == 0


def test_how_many_are_missing_is_known() -> None:
    """Until all are back; what the disk would not give is not waited for."""
    _, saved = counted("00", "55", "00")
    scene = restarted(saved)
    scene.event_tracker.replay.restore(saved[:2], scene.now)
    assert scene.event_tracker.replay.remaining == 1
    scene.catch_up()
    assert scene.event_tracker.replay.is_replayed
    assert scene.event_tracker.replay.remaining == 0


def test_unknown_ids_of_a_source_come_back() -> None:
    """Two ids of the run before and one of this one are three; ids of a day ago are none."""
    before = Scene([terminal()])
    for terminal_id in ("70000001", "70000002", "70000002"):
        before.take(before.evaluation.ingest_unknown_id("till", terminal_id, before.now))
    scene = Scene([terminal()])
    scene.pass_(300)
    scene.recall(before.event_tracker.drain_unsaved())
    assert set(scene.event_tracker.queries.unknown_ids_of("till")) == {"70000001", "70000002"}
    scene.take(scene.evaluation.ingest_unknown_id("till", "70000003", scene.now))
    assert ("TerminalIdProbing", "/source/till") in scene.firing()


def test_old_unknown_ids_do_not_come_back() -> None:
    """Nobody asks for what a source gave more than a day ago."""
    before = Scene([terminal()])
    before.take(before.evaluation.ingest_unknown_id("till", "70000001", before.now))
    scene = Scene([terminal()])
    scene.pass_(25 * 3600)
    scene.recall(before.event_tracker.drain_unsaved())
    assert not scene.event_tracker.queries.unknown_ids_of("till")


def test_flood_of_unknown_ids_does_not_fill_the_store() -> None:
    """What a full window is told is alarming without being remembered."""
    scene = Scene([terminal()])
    for number in range(1000):
        scene.take(scene.evaluation.ingest_unknown_id("till", f"7{number:07}", scene.now))
    assert len(scene.event_tracker.drain_unsaved()) < 300
