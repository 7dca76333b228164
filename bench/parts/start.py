"""Starts, reloads and stops of a hundred thousand terminals, with an empty store and after a long run."""

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench import fleet
from bench.daemon import POSMON, Daemon, launched, write_inventory
from bench.figures import Figure, Target, sized
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import NotMeasured
from bench.remembered import make_store
from bench.terminals import Terminals, terminals
from bench.watch import watching
from bench.window import lateness_of, latest_ms, since

INTERVAL_S = 300.0
SETTLED_S = 5.0
WITHIN_S = 120.0
# Pages of metrics are read while lateness is measured; what they cost is measured elsewhere.
SETTINGS: dict[str, Any] = {"metrics": {"per_terminal": "none"}}

CHANGED = 1_000
"""So many rows are added, removed and changed each in an ordinary reload."""
ALERTS, EVENTS = 3_000, 2_000_000
"""What a long run leaves in the store."""

UNITS = {
    "start to ready": "s",
    "reload": "s",
    "reload, longest wait for /-/healthy": "ms",
    "reload, latest poll, at most": "ms",
    "reload, all endpoints": "s",
    "reload, all endpoints, longest wait for /-/healthy": "ms",
    "reload, all endpoints, latest poll, at most": "ms",
    "SIGTERM to exit": "s",
    "posmon inventory check": "s",
    "restart to ready": "s",
    "restart to all events back": "s",
    "restarted, longest wait for /-/healthy": "ms",
    "restarted, latest poll, at most": "ms",
    "restarted, SIGTERM to exit": "s",
}
TARGETS = {"to ready": 10.0, "SIGTERM to exit": 10.0, "latest poll, at most": 250.0}
"""By how the names of figures end."""

Note = Callable[[str, float], None]


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure the largest fleet of the plan."""
    count, notebook = plan.sizes[-1], Notebook()
    store = directory / "remembered.db"

    def note(what: str, value: float) -> None:
        notebook.note(sized(count, what), value)

    with (
        notebook.watching(*(sized(count, what) for what in UNITS)),
        terminals(count + CHANGED, directory) as polled,
    ):
        say(sized(count, "a store as a long run leaves it"))
        make_store(store, terminals=count, alerts=ALERTS, events=EVENTS, port=polled.kept)
        for _ in range(plan.large_repetitions):
            say(sized(count, "start, reload, stop"))
            _fresh_start(polled, count, note)
            say(sized(count, "restart"))
            _restart(polled, count, note, store)
    store.unlink(missing_ok=True)
    return [notebook.figure(sized(count, what), unit, _target(what)) for what, unit in UNITS.items()]


def _target(what: str) -> Target | None:
    return next((Target(value=bound) for words, bound in TARGETS.items() if what.endswith(words)), None)


def _fresh_start(polled: Terminals, count: int, note: Note) -> None:
    """Start with an empty store, reload a few changes, then a change of every endpoint, and stop."""
    with launched(
        fleet.inventory(count, polled.kept),
        under=polled.directory,
        interval_s=INTERVAL_S,
        settings=SETTINGS,
    ) as posmon:
        note("start to ready", posmon.ready_s)
        time.sleep(SETTLED_S)
        _reload(posmon, _changed(count, polled.kept), "reload", note)
        _reload(posmon, fleet.inventory(count, polled.closed), "reload, all endpoints", note)
        note("SIGTERM to exit", posmon.stop_s())
        note("posmon inventory check", _check_s(posmon.configuration))


def _reload(posmon: Daemon, rows: Iterable[str], what: str, note: Note) -> None:
    """Put `rows` in place of the inventory, reload, and note what requests and polls felt of it."""
    write_inventory(posmon.inventory, rows)
    time.sleep(1.0)
    before = lateness_of(posmon)
    with watching(posmon.port) as watch:
        note(what, posmon.reload_s())
        time.sleep(SETTLED_S)
    note(f"{what}, longest wait for /-/healthy", watch.longest_ms)
    note(f"{what}, latest poll, at most", latest_ms(since(before, lateness_of(posmon))))


def _changed(count: int, port: int) -> Iterator[str]:
    """Yield the inventory with CHANGED rows removed, as many at another site, as many added."""
    rows = fleet.inventory(count + CHANGED, port)
    yield next(rows)
    for number, row in enumerate(rows):
        if number >= CHANGED:
            yield row.replace(",site-", ",moved-") if number < 2 * CHANGED else row


def _check_s(configuration: Path) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [POSMON, "inventory", "check", "--config", configuration], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMeasured(f"posmon inventory check: {done.stderr.strip()[-200:]}")
    return time.perf_counter() - began


def _restart(polled: Terminals, count: int, note: Note, store: Path) -> None:
    """Start with what a long run has left, watch until every event is counted again, and stop."""
    with launched(
        fleet.inventory(count, polled.kept),
        under=polled.directory,
        interval_s=INTERVAL_S,
        settings=SETTINGS,
        store=store,
    ) as posmon:
        note("restart to ready", posmon.ready_s)
        began = time.perf_counter() - posmon.ready_s
        before = lateness_of(posmon)
        with watching(posmon.port) as watch:
            while b"events.recalled" not in posmon.log.read_bytes():
                if time.perf_counter() > began + WITHIN_S:
                    raise NotMeasured("not every event came back")
                time.sleep(0.2)
            note("restart to all events back", time.perf_counter() - began)
            time.sleep(SETTLED_S)
        note("restarted, longest wait for /-/healthy", watch.longest_ms)
        note("restarted, latest poll, at most", latest_ms(since(before, lateness_of(posmon))))
        note("restarted, SIGTERM to exit", posmon.stop_s())
