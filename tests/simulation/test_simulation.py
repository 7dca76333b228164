import os
from functools import cache

import pytest

from monitor import app
from monitor.adapters.runbook_files import load_runbooks
from monitor.assembly import state
from tests.simulation.invariants import breaches
from tests.simulation.world import World

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "2000"))
"""How many worlds are lived through; `make simulation SEED=17` lives one again and says what happened."""

PORTIONS = 20


@pytest.fixture(autouse=True)
def _no_garbage_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what is right for a daemon that runs for years, not for thousands that run for a minute."""
    monkeypatch.setattr(app, "freeze_gc", lambda: None)
    monkeypatch.setattr(state, "load_runbooks", cache(load_runbooks))


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_the_invariants_hold_in_every_world(portion: int) -> None:
    """Whatever terminals, receivers, disk, clock and kills do: nothing lost, doubled, premature or late."""
    broken = {}
    for seed in range(portion, SEEDS, PORTIONS):
        world = World(seed)
        world.live()
        if found := breaches(world):
            broken[seed] = found
    assert not broken, f"seeds {sorted(broken)}; the first: {next(iter(broken.items()))}"


def test_a_seed_is_lived_the_same_way_twice() -> None:
    """Down to the last notice and the last entry of the journal, so that a failure can be looked into."""
    first, second = World(7), World(7)
    for world in (first, second):
        world.live()
    assert first.disk.journal == second.disk.journal
    assert [receiver.heard for receiver in first.receivers] == [
        receiver.heard for receiver in second.receivers
    ]
    assert first.answers == second.answers


def test_the_worlds_are_eventful() -> None:
    """They hold what the invariants are about: kills, alerts, suppressed ones, lost answers."""
    worlds = [World(seed) for seed in range(60)]
    for world in worlds:
        world.live()
    steps = [written.step for world in worlds for written in world.disk.journal]
    names = {step.transition.alertname for step in steps}
    assert {"TerminalOffline", "SiteOffline", "FleetUnreachable", "PaperOut", "Watchdog"} <= names
    assert sum(not step.told and step.transition.state == "firing" for step in steps) > 20
    assert sum(not stop.is_clean for world in worlds for stop in world.plan.stops) > 30
    assert all(receiver.heard for world in worlds for receiver in world.receivers)
