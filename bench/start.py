"""Starting, reloading and stopping with a large fleet: `python -m bench.start [ROUNDS [TERMINALS ...]]`."""

import http.client
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bench import fleet
from bench.daemon import POSMON, Daemon
from bench.figures import Figure, Target, load, table
from bench.processes import NotMeasured, running, wait_until_answers
from bench.references import Terminals, free_port, terminals
from bench.remembered import make_store
from bench.watch import watching

LARGE_FLEET = 100_000
ALERTS = 3_000
EVENTS = 2_000_000
CHANGED = 1_000
"""So many rows are added, removed and changed each in an ordinary reload."""

INTERVAL_S = 300
WITHIN_S = 120.0
SETTLED_S = 5.0

_TARGETS = {"ready": 10.0, "SIGTERM to exit": 10.0, "latest poll, at most": 250.0}


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What was measured of a fleet of `count`, by the figure's name."""

    count: int
    rounds: defaultdict[str, list[float | None]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    def take(self, what: str, value: float, unit: str = "s") -> None:
        """Note one figure of one round."""
        name = f"{self.count // 1000} 000 terminals: {what}"
        self.units[name] = unit
        self.rounds[name].append(value)

    def figures(self) -> list[Figure]:
        """Return all that was measured."""
        found = [
            Figure(name=name, unit=self.units[name], rounds=rounds, target=_target(name))
            for name, rounds in self.rounds.items()
        ]
        if self.missing:
            name = f"{self.count // 1000} 000 terminals: start and reload"
            found.append(Figure(name=name, unit="s", missing=self.missing))
        return found


def _target(name: str) -> Target | None:
    return next((Target(value=bound) for words, bound in _TARGETS.items() if words in name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """A directory with a configuration, an inventory and perhaps a store; `port` is the web side's."""

    directory: Path
    port: int

    @property
    def inventory(self) -> Path:
        """The inventory's file."""
        return self.directory / "inventory.csv"

    @property
    def log(self) -> Path:
        """What the daemon writes."""
        return self.directory / "posmon.log"

    def write(self, rows: Iterable[str]) -> None:
        """Write the inventory."""
        self.inventory.write_text("\n".join(rows) + "\n")

    def command(self, *words: str) -> list[str]:
        """Return a command line of posmon."""
        return [POSMON, *words, "--config", str(self.directory / "posmon.yaml")]

    @contextmanager
    def daemon(self) -> Iterator[tuple[Daemon, subprocess.Popen[str]]]:
        """Run the daemon; it is ready."""
        with running(self.command("run"), log=self.log) as process:
            ready_s = wait_until_answers(process, self.port, "/-/ready", within_s=WITHIN_S)
            yield Daemon(pid=process.pid, port=self.port, ready_s=ready_s), process


@contextmanager
def _house(scratch: Path, rows: Iterable[str], store: Path | None = None) -> Iterator[_House]:
    port = free_port()
    house = _House(directory=scratch / f"posmon-{port}", port=port)
    house.directory.mkdir()
    house.write(rows)
    settings = {
        "inventory": {"path": str(house.inventory)},
        "polling": {"interval": f"{INTERVAL_S}s", "allowed_networks": ["127.0.0.0/8"]},
        "web": {"listen": f"127.0.0.1:{port}"},
        "storage": {"path": str(house.directory / "posmon.db")},
        "alerting": {"alertmanagers": []},
        # Pages of metrics are read while lateness is measured; what they cost is measured elsewhere.
        "metrics": {"per_terminal": "none"},
    }
    (house.directory / "posmon.yaml").write_text(yaml.safe_dump(settings))
    if store is not None:
        shutil.copy(store, house.directory / "posmon.db")
    try:
        yield house
    finally:
        shutil.rmtree(house.directory)


def _reload(port: int) -> float:
    """Have the daemon reload; return the seconds that took."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    connection.request("POST", "/-/reload")
    response = connection.getresponse()
    said = response.read().decode()
    connection.close()
    if response.status != http.HTTPStatus.OK:
        raise NotMeasured(f"reload: status {response.status}: {said[:200]}")
    return time.perf_counter() - began


def _latest_ms(before: dict[str, float], after: dict[str, float]) -> float:
    """Return the bound of the bucket of the latest poll that began between two pages of metrics."""
    begun = {float(labels.partition('le="')[2][:-1]): after[labels] - before[labels] for labels in after}
    return 1000 * min(bound for bound, count in begun.items() if count == begun[float("inf")])


def _lateness(posmon: Daemon) -> dict[str, float]:
    return posmon.series("posmon_poll_lateness_seconds_bucket")


def _take_reload(house: _House, posmon: Daemon, what: str, rows: Iterable[str], notes: _Notes) -> None:
    """Put `rows` in place of the inventory, reload, and note what requests and polls felt of it."""
    house.write(rows)
    time.sleep(1.0)
    before = _lateness(posmon)
    with watching(house.port) as watch:
        took_s = _reload(house.port)
        time.sleep(SETTLED_S)
    notes.take(f"{what}", took_s)
    notes.take(f"{what}, longest wait for /-/healthy", watch.longest_ms, "ms")
    notes.take(f"{what}, latest poll, at most", _latest_ms(before, _lateness(posmon)), "ms")


def _stop_s(process: subprocess.Popen[str]) -> float:
    began = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(WITHIN_S)
    return time.perf_counter() - began


def _changed(count: int, port: int) -> Iterator[str]:
    """Yield the inventory with CHANGED rows removed, as many at another site, as many added."""
    rows = fleet.inventory(count + CHANGED, port)
    yield next(rows)
    for number, row in enumerate(rows):
        if number >= CHANGED:
            yield row.replace(",site-", ",moved-") if number < 2 * CHANGED else row


def fresh_start(polled: Terminals, notes: _Notes) -> None:
    """Start with an empty store, reload a few changes, then a change of every endpoint, and stop."""
    rows = fleet.inventory(notes.count, polled.kept)
    with _house(polled.directory, rows) as house, house.daemon() as (posmon, process):
        notes.take("start to ready", posmon.ready_s)
        time.sleep(SETTLED_S)
        _take_reload(house, posmon, "reload", _changed(notes.count, polled.kept), notes)
        moved = fleet.inventory(notes.count, polled.closed)
        _take_reload(house, posmon, "reload, all endpoints", moved, notes)
        notes.take("SIGTERM to exit", _stop_s(process))


def restart(polled: Terminals, notes: _Notes, store: Path) -> None:
    """Start with what a long run has left, watch until every event is counted again, and stop."""
    rows = fleet.inventory(notes.count, polled.kept)
    with _house(polled.directory, rows, store) as house:
        began = time.perf_counter()
        with house.daemon() as (posmon, process):
            notes.take("restart to ready", posmon.ready_s)
            late = _lateness(posmon)
            with watching(house.port) as watch:
                while b"events.recalled" not in house.log.read_bytes():
                    if time.perf_counter() > began + WITHIN_S:
                        raise NotMeasured("not every event came back")
                    time.sleep(0.2)
                notes.take("restart to all events back", time.perf_counter() - began)
                time.sleep(SETTLED_S)
            notes.take("restarted, longest wait for /-/healthy", watch.longest_ms, "ms")
            notes.take("restarted, latest poll, at most", _latest_ms(late, _lateness(posmon)), "ms")
            notes.take("restarted, SIGTERM to exit", _stop_s(process))


def check(polled: Terminals, notes: _Notes) -> None:
    """Run `posmon inventory check`."""
    with _house(polled.directory, fleet.inventory(notes.count, polled.kept)) as house:
        began = time.perf_counter()
        done = subprocess.run(
            house.command("inventory", "check"), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotMeasured(f"posmon inventory check: {done.stderr.strip()[-200:]}")
        notes.take("posmon inventory check", time.perf_counter() - began)


def starting(directory: Path, *, rounds: int = 3, counts: Sequence[int] = (LARGE_FLEET,)) -> list[Figure]:
    """Measure starts, reloads and stops of fleets of `counts`."""
    store = directory / "remembered.db"
    figures: list[Figure] = []
    for count in counts:
        notes = _Notes(count=count)
        try:
            with terminals(count + CHANGED, directory) as polled:
                make_store(store, terminals=count, alerts=ALERTS, events=EVENTS, port=polled.kept)
                for _ in range(rounds):
                    fresh_start(polled, notes)
                    restart(polled, notes, store)
                    check(polled, notes)
        except (NotMeasured, OSError) as why:
            notes.missing = str(why)
        figures += notes.figures()
        store.unlink(missing_ok=True)
    return figures


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]] or [3]
    before = load()
    with tempfile.TemporaryDirectory(prefix="posmon-start-") as scratch:
        found = starting(Path(scratch), rounds=asked[0], counts=asked[1:] or (LARGE_FLEET,))
    print(table(found))
    print(f"load average {before:.1f} before, {load():.1f} after")
