"""The CPU time of one poll: posmon against the references, side after side, round after round."""

from collections.abc import Callable
from pathlib import Path

from bench.daemon import posmon_cpu_us
from bench.figures import Figure, Target, ratio
from bench.notebook import Notebook
from bench.plan import Plan
from bench.references import client_cpu_us, plugin_cpu_us, prometheus_cpu_us
from bench.terminals import Terminals, terminals

PROMETHEUS = "prometheus + blackbox_exporter"
CHECK_HTTP = "check_http"


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Compare the CPU time of one poll.

    Every other round goes backwards: whatever drifts, in the machine or its neighbours, is no side's.
    """
    notebook = Notebook()
    with terminals(plan.terminals, directory) as polled:
        sides = list(_sides(plan, polled).items())
        for number in range(plan.repetitions):
            for name, side in sides if number % 2 == 0 else reversed(sides):
                notebook.take(name, side)
    cost = {name: notebook.figure(name, "us") for name, _ in sides}
    return [*cost.values(), *_ratios(cost)]


def _sides(plan: Plan, polled: Terminals) -> dict[str, Callable[[], float]]:
    def client(module: str, *, fresh: bool) -> Callable[[], float]:
        return lambda: client_cpu_us(module, polled, fresh=fresh, rate=plan.rate, window_s=plan.window_s)

    def posmon(*, fresh: bool) -> Callable[[], float]:
        return lambda: posmon_cpu_us(polled, fresh=fresh, rate=plan.rate, window_s=plan.window_s)

    return {
        "bare, kept": client("bench.programs.bare_client", fresh=False),
        "posmon, kept": posmon(fresh=False),
        "aiohttp, kept": client("bench.programs.aiohttp_client", fresh=False),
        "bare, fresh": client("bench.programs.bare_client", fresh=True),
        "posmon, fresh": posmon(fresh=True),
        "aiohttp, fresh": client("bench.programs.aiohttp_client", fresh=True),
        PROMETHEUS: lambda: prometheus_cpu_us(
            polled, interval_s=plan.prometheus_interval_s, window_s=plan.prometheus_window_s
        ),
        CHECK_HTTP: lambda: plugin_cpu_us(polled, runs=plan.plugin_runs),
    }


def _ratios(cost: dict[str, Figure]) -> list[Figure]:
    kept, fresh, prometheus = cost["posmon, kept"], cost["posmon, fresh"], cost[PROMETHEUS]
    return [
        ratio("posmon / bare, kept", kept, cost["bare, kept"], target=Target(value=3)),
        ratio("posmon / bare, fresh", fresh, cost["bare, fresh"], target=Target(value=1.5)),
        ratio("aiohttp / posmon, kept", cost["aiohttp, kept"], kept),
        ratio("aiohttp / posmon, fresh", cost["aiohttp, fresh"], fresh),
        ratio(f"({PROMETHEUS}) / posmon, kept", prometheus, kept, target=Target(value=20, at_least=True)),
        ratio(f"({PROMETHEUS}) / posmon, fresh", prometheus, fresh),
        ratio(f"{CHECK_HTTP} / posmon, fresh", cost[CHECK_HTTP], fresh),
    ]
