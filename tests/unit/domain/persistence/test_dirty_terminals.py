from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.persistence.dirty_terminals import (
    RESTLESS_EVERY_S,
    TERMINALS_PORTION,
    DirtyTerminals,
    TerminalChanges,
)
from tests.scenes import START, Scene, terminal

ONE, TWO = "10000001", "10000002"


def saved(dirty: DirtyTerminals, now: Instant = START) -> list[str]:
    """Drain what is to be saved, and return the ids."""
    return [memory.terminal_id for memory in dirty.drain_unsaved(now).memories]


def settled(*numbers: int) -> list[WatchedTerminal]:
    """Return terminals of which everything is saved."""
    scene = Scene([terminal(number) for number in numbers])
    for watched in scene.fleet:
        watched.mark_saved()
    return [*scene.fleet]


def restless(number: int = 1) -> WatchedTerminal:
    """Return a terminal that came and went, of which everything else is saved."""
    scene = Scene([terminal(number)])
    terminal_id = f"{10_000_000 + number}"
    scene.poll(terminal_id)
    scene.fail(terminal_id)
    watched = scene.watched(terminal_id)
    watched.mark_saved()
    return watched


def test_a_changed_terminal_is_saved_once() -> None:
    """It counts as saved when it is drained."""
    scene, dirty = Scene([terminal()]), DirtyTerminals()
    dirty.add(scene.watched())
    assert saved(dirty) == [ONE]
    assert not scene.watched().is_unsaved
    assert dirty.drain_unsaved(START) == TerminalChanges([], [])


def test_a_terminal_without_changes_is_not_saved() -> None:
    """Unless somebody asks for it: a journal entry about a terminal is saved with its memory."""
    (watched,), dirty = settled(1), DirtyTerminals()
    dirty.add(watched)
    assert saved(dirty) == []
    dirty.mark(watched)
    assert saved(dirty) == [ONE]


def test_a_restless_terminal_is_saved_from_time_to_time() -> None:
    """Its history changes with every poll; that alone is not worth a record."""
    watched, dirty = restless(), DirtyTerminals()
    dirty.add(watched)
    assert saved(dirty) == [ONE]
    dirty.add(watched)
    assert saved(dirty, START.ago(-RESTLESS_EVERY_S + 0.1)) == []
    assert saved(dirty, START.ago(-RESTLESS_EVERY_S)) == [ONE]


def test_a_large_fleet_is_saved_in_portions() -> None:
    """Each terminal is saved once, in the order in which it changed."""
    scene = Scene([terminal(number) for number in range(TERMINALS_PORTION + 1)])
    dirty = DirtyTerminals()
    for watched in scene.fleet:
        dirty.add(watched)
    first, second = saved(dirty), saved(dirty)
    assert (len(first), len(second)) == (TERMINALS_PORTION, 1)
    assert first + second == [watched.terminal.terminal_id for watched in scene.fleet]


def test_a_terminal_that_is_forgotten_is_not_saved_any_more() -> None:
    """Neither its changes nor its restlessness."""
    scene, dirty = Scene([terminal(1), terminal(2)]), DirtyTerminals()
    dirty.drain_unsaved(START)
    dirty.add(scene.watched(ONE))
    dirty.add(restless(2))
    dirty.forget(ONE)
    dirty.forget(TWO)
    changes = dirty.drain_unsaved(START.ago(-2 * RESTLESS_EVERY_S))
    assert changes == TerminalChanges([], [ONE, TWO])
    assert dirty.drain_unsaved(START).forgotten == []


def test_a_terminal_that_comes_back_is_not_forgotten() -> None:
    """The store would delete what it is about to save."""
    scene, dirty = Scene([terminal()]), DirtyTerminals()
    dirty.forget(ONE)
    dirty.add(scene.watched())
    changes = dirty.drain_unsaved(START)
    assert [memory.terminal_id for memory in changes.memories] == [ONE]
    assert changes.forgotten == []
