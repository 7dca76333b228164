"""`python -m bench`: measure every side in turn, print a table, write JSON under var/bench."""

import json
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench.daemon import Daemon, daemon, lateness_p99_ms, posmon_cpu_us, status_ms
from bench.figures import Figure, Target, load, machine, ratio, save, table
from bench.processes import NotMeasured, last_words, python, running
from bench.references import Terminals, client_cpu_us, plugin_cpu_us, prometheus_cpu_us, terminals

OUTPUT = Path("var/bench")
SMALL_FLEET, LARGE_FLEET = 1_000, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how often; rates are polls a second, the rest seconds or counts."""

    terminals: int = 2_000
    rate: float = 2_000
    repetitions: int = 3
    window_s: float = 4
    prometheus_interval_s: int = 10
    memory_interval_s: float = 30
    lateness_windows: int = 5
    starts: int = 3
    plugin_runs: int = 50
    status_runs: int = 10


QUICK = Plan(repetitions=1, window_s=3, memory_interval_s=8, lateness_windows=1, starts=1, status_runs=5)


def say(words: str) -> None:
    """Tell a waiting person what is going on."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


class Notebook:
    """Rounds by figure, and why some could not be measured."""

    def __init__(self) -> None:
        self.rounds: defaultdict[str, list[float | None]] = defaultdict(list)
        self.missing: dict[str, str] = {}

    def take(self, name: str, measure: Callable[[], float]) -> None:
        """Measure one round; what fails in one, on a busy machine, may succeed in the next."""
        say(name)
        self.rounds[name].append(None)
        with self.watching(name):
            self.rounds[name][-1] = measure()

    @contextmanager
    def watching(self, *names: str) -> Iterator[None]:
        """Note, if what is done in the context fails, why the figures `names` are missing."""
        try:
            yield
        except (NotMeasured, OSError) as why:
            say(f"{', '.join(names)}: not measured: {why}")
            self.missing |= dict.fromkeys(names, str(why))

    def figure(self, name: str, unit: str, target: Target | None = None) -> Figure:
        """Return what was measured under `name`."""
        return Figure(
            name=name, unit=unit, rounds=self.rounds[name], target=target, missing=self.missing.get(name, "")
        )


def _sides(plan: Plan, polled: Terminals) -> dict[str, Callable[[], float]]:
    def client(module: str, *, fresh: bool) -> Callable[[], float]:
        return lambda: client_cpu_us(module, polled, fresh=fresh, rate=plan.rate, window_s=plan.window_s)

    def posmon(*, fresh: bool) -> Callable[[], float]:
        return lambda: posmon_cpu_us(polled, fresh=fresh, rate=plan.rate, window_s=plan.window_s)

    return {
        "bare, kept": client("bench.bare_client", fresh=False),
        "posmon, kept": posmon(fresh=False),
        "aiohttp, kept": client("bench.aiohttp_client", fresh=False),
        "bare, fresh": client("bench.bare_client", fresh=True),
        "posmon, fresh": posmon(fresh=True),
        "aiohttp, fresh": client("bench.aiohttp_client", fresh=True),
        "prometheus + blackbox_exporter": lambda: prometheus_cpu_us(
            polled, interval_s=plan.prometheus_interval_s, window_s=plan.prometheus_interval_s
        ),
        "check_http": lambda: plugin_cpu_us(polled, runs=plan.plugin_runs),
    }


def cost_of_polling(plan: Plan, directory: Path) -> list[Figure]:
    """Compare the CPU time of one poll, side after side, round after round."""
    notebook = Notebook()
    with terminals(plan.terminals, directory) as polled:
        sides = _sides(plan, polled)
        for _ in range(plan.repetitions):
            for name, measure in sides.items():
                notebook.take(name, measure)
    cost = {name: notebook.figure(name, "us") for name in sides}
    return [
        *cost.values(),
        ratio("posmon / bare, kept", cost["posmon, kept"], cost["bare, kept"], target=Target(value=4)),
        ratio("posmon / bare, fresh", cost["posmon, fresh"], cost["bare, fresh"], target=Target(value=2)),
        ratio("aiohttp / posmon, kept", cost["aiohttp, kept"], cost["posmon, kept"]),
        ratio("aiohttp / posmon, fresh", cost["aiohttp, fresh"], cost["posmon, fresh"]),
        ratio(
            "(prometheus + blackbox_exporter) / posmon, kept",
            cost["prometheus + blackbox_exporter"],
            cost["posmon, kept"],
            target=Target(value=15, at_least=True),
        ),
        ratio(
            "(prometheus + blackbox_exporter) / posmon, fresh",
            cost["prometheus + blackbox_exporter"],
            cost["posmon, fresh"],
        ),
    ]


def large_fleet(plan: Plan, directory: Path) -> list[Figure]:
    """Measure start-up and memory with ten thousand terminals, and the command line beside a thousand."""
    notebook = Notebook()
    ready, status = "10 000 terminals: start to ready", "posmon status"
    memory = {way: f"memory per terminal, {way}" for way in ("kept", "fresh")}

    def start() -> float:
        with daemon(polled, count=LARGE_FLEET, interval_s=30) as posmon:
            return posmon.ready_s

    def grown(small: Daemon, large: Daemon) -> float:
        return (large.rss_bytes() - small.rss_bytes()) / (LARGE_FLEET - SMALL_FLEET)

    with ExitStack() as stack:
        polled = stack.enter_context(terminals(LARGE_FLEET, directory))
        for _ in range(plan.starts):
            notebook.take(ready, start)
        with notebook.watching(*memory.values(), status):
            pairs = [
                [
                    stack.enter_context(
                        daemon(polled, count=count, interval_s=plan.memory_interval_s, fresh=way == "fresh")
                    )
                    for count in (SMALL_FLEET, LARGE_FLEET)
                ]
                for way in memory
            ]
            time.sleep(plan.memory_interval_s + 2)  # until every terminal has been polled
            for name, (small, large) in zip(memory.values(), pairs, strict=True):
                notebook.take(name, partial(grown, small, large))
            for _ in range(plan.status_runs):
                notebook.take(status, partial(status_ms, pairs[0][0]))
    return [
        notebook.figure(ready, "s", Target(value=5)),
        *(notebook.figure(name, "B", Target(value=4096)) for name in memory.values()),
        notebook.figure(status, "ms", Target(value=150)),
    ]


def lateness(plan: Plan, directory: Path) -> list[Figure]:
    """Measure how late polls begin at 2 000 a second while one terminal in twenty hangs."""
    notebook = Notebook()
    name = "p99 lateness, 2 000 polls/s, 5 % hanging"
    interval_s = LARGE_FLEET / plan.rate
    with (
        notebook.watching(name),
        terminals(LARGE_FLEET, directory) as polled,
        daemon(polled, count=LARGE_FLEET, interval_s=interval_s, timeout_s=2, hanging=True) as posmon,
    ):
        time.sleep(interval_s + 1)
        for _ in range(plan.lateness_windows):
            notebook.take(name, lambda: lateness_p99_ms(posmon, window_s=interval_s))
    return [notebook.figure(name, "ms", Target(value=200))]


def counting_events(plan: Plan, directory: Path) -> list[Figure]:
    """Measure what a million events cost to count and to remember."""
    notebook = Notebook()
    names = {
        "events_per_s": "events counted a second, one core",
        "bytes_per_event": "memory per event of the last day",
        "repeated_list_us": "20 events that are known already",
    }
    for _ in range(plan.repetitions):
        with notebook.watching(*names.values()):
            command, log = python("bench.events"), directory / "events.log"
            with running(command, log=log, speaks=True) as process:
                said, _ = process.communicate()
            if process.returncode:
                raise NotMeasured(f"bench.events wrote: {last_words(log)}")
            for key, name in names.items():
                notebook.rounds[name].append(json.loads(said)[key])
    return [
        notebook.figure(names["events_per_s"], "/s", Target(value=50_000, at_least=True)),
        notebook.figure(names["bytes_per_event"], "B"),
        notebook.figure(names["repeated_list_us"], "us"),
    ]


PARTS: Sequence[Callable[[Plan, Path], list[Figure]]] = (
    cost_of_polling,
    large_fleet,
    lateness,
    counting_events,
)


def main() -> int:
    """Run every part; return 1 when something could not be measured (a missed target is not an error)."""
    plan = QUICK if os.environ.get("BENCH_QUICK") == "1" else Plan()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    about = machine() | {"plan": asdict(plan)}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="posmon-bench-") as scratch:
        figures = [figure for part in PARTS for figure in part(plan, Path(scratch))]
    about |= {"load_after": load(), "took_s": round(time.perf_counter() - started)}
    print(table(figures))
    print(f"load average {about['load_before']:.1f} before, {about['load_after']:.1f} after")
    say(f"took {about['took_s']} s; every sample is in {save(figures, about=about, directory=OUTPUT)}")
    return int(any(not figure.samples for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
