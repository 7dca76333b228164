"""However events are repeated, and wherever the runs of posmon end, each counts once."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.instant import Instant, rfc3339
from monitor.domain.persistence.record import Record
from tests.scenes import Scene, reading, result, terminal
from tests.stores import LastingRuns, Runs, SqliteRuns

ID = "10000001"
MINUTE_S = 60.0


class Counter:
    """A terminal that numbers its events from 1 on, and now and then begins again; it remembers them all."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.clock_ahead_s = 0.0
        self._last = 0

    def forget(self) -> None:
        """Begin again with 1."""
        self._last = 0

    def sell(self, now: Instant) -> None:
        """Note one transaction, by the terminal's clock."""
        self._last += 1
        at = rfc3339(now.wall + self.clock_ahead_s)
        self.told.append({"id": str(self._last), "at": at, "type": "transaction", "response_code": "00"})


STEPS = st.sampled_from(
    ["sell", "sell", "sell", "forget", "set clock", "push", "poll", "repeat all", "restart"]
)
plans = st.lists(st.tuples(STEPS, st.integers(0, 7)), min_size=1, max_size=40)


async def _follow(plan: list[tuple[str, int]], runs: Runs) -> None:
    """Follow a plan and compare what was counted in all runs with what happened."""
    counter, scene, counted = Counter(), Scene([terminal()]), 0
    await runs.start(scene.now)
    for step, number in [*plan, ("repeat all", 0), ("restart", 0), ("repeat all", 0)]:
        scene.pass_(MINUTE_S)
        if step == "sell":
            counter.sell(scene.now)
        elif step == "forget":
            counter.forget()
        elif step == "set clock":
            counter.clock_ahead_s = 7.0 * number  # so no two events are of the same second
        elif step == "restart":
            events = scene.event_tracker.drain_unsaved()
            await runs.store.commit(Record(at=scene.now, events=events))
            now, scene = scene.now, Scene([terminal()])
            scene.now = now
            remembered = await runs.start(now)
            scene.event_tracker.replay.expect(remembered.event_keys, now)
            async for portion in runs.store.events():
                scene.event_tracker.replay.restore(portion, now)
            scene.catch_up()
        else:
            listed = counter.told if step == "repeat all" else counter.told[-1 - number :]
            before = scene.event_tracker.counts.total()
            sent_at = rfc3339(scene.now.wall + counter.clock_ahead_s)
            if step == "push":
                scene.hear(*listed)
            else:
                scene.accept(result(reading(sent_at=sent_at))._replace(events=listed))
            counted += scene.event_tracker.counts.total() - before
    await runs.aclose()
    assert not scene.event_tracker.rejections
    assert counted == len(counter.told)


@settings(max_examples=60)
@given(plans)
def test_each_event_counts_once(plan: list[tuple[str, int]]) -> None:
    """Ids begin again, clocks are set, lists come in portions, and posmon restarts in between."""
    asyncio.run(_follow(plan, LastingRuns()))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_follow(plan, SqliteRuns(Path(folder) / "posmon.db")))
