"""Events come back while the daemon polls: in small portions, and a stop in between loses nothing."""

from collections.abc import AsyncIterator, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.events.event import Transaction
from monitor.domain.events.seen_event import SeenEvent
from monitor.services.event_replay import TURN_EVERY, EventReplay
from tests.fakes import START, FakeClock, MemoryStore
from tests.lasting_store import keys_of
from tests.running import running
from tests.scenes import Scene, terminal

PORTION = 4 * TURN_EVERY
COUNT = 2 * PORTION


class FullStore(MemoryStore):
    """A store with many events, in large portions."""

    async def events(self) -> AsyncIterator[Sequence[SeenEvent]]:
        """Yield them."""
        for start in range(0, COUNT, PORTION):
            yield self.remembered_events[start : start + PORTION]


class Turns(FakeClock):
    """A clock that notes how many events were missing whenever somebody gave up its turn."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(START)
        self.missing: list[int] = []
        self._scene = scene

    async def sleep(self, seconds: float) -> None:
        """Note it."""
        self.missing.append(self._scene.event_tracker.replay.remaining)
        await super().sleep(seconds)


def stage() -> tuple[Scene, Turns, EventReplay, list[Transition]]:
    """Return a scene that expects COUNT events, and what brings them back."""
    scene, told = Scene([terminal()]), list[Transition]()
    clock, store = Turns(scene), FullStore()
    store.remembered_events = [
        SeenEvent(
            terminal_id="10000001",
            event=Transaction(id=str(number), at=START.wall - COUNT + number, response_code="00"),
            heard_at=START,
            told_s=number,
        )
        for number in range(COUNT)
    ]
    scene.event_tracker.replay.expect(keys_of(store.remembered_events), START)
    recollection = EventReplay(
        evaluation=scene.evaluation,
        replay=scene.event_tracker.replay,
        store=store,
        clock=clock,
        submit=told.extend,
        done=lambda: None,
    )
    return scene, clock, recollection, told


async def test_polls_have_their_turn_between_small_portions() -> None:
    """However large the store's portions are; in the end all are back, and what came meanwhile is judged."""
    scene, clock, recollection, _ = stage()
    scene.hear(scene.transaction("55"))
    await recollection.finish()
    assert clock.missing[: COUNT // TURN_EVERY] == list(range(COUNT - TURN_EVERY, -1, -TURN_EVERY))
    assert scene.event_tracker.replay.is_replayed
    assert scene.event_tracker.queries.activity("10000001", START).day.transactions == COUNT + 1


async def test_it_neither_ends_by_itself_nor_begins_again() -> None:
    """A service that ends would end the daemon."""
    scene, clock, recollection, _ = stage()
    async with running(recollection.run()):
        await clock.advance(1.0)
        assert scene.event_tracker.replay.is_replayed
        turns = len(clock.missing)
        await recollection.finish()
        assert len(clock.missing) == turns


async def test_a_stop_in_between_keeps_what_was_heard() -> None:
    """It is to be saved, and counted by the next run."""
    scene, _, recollection, _ = stage()
    scene.hear(scene.transaction("55"))
    async with running(recollection.run()):
        pass
    assert not scene.event_tracker.replay.is_replayed
    assert len(scene.event_tracker.drain_unsaved()) == 1
