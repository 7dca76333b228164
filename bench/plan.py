"""How long and how often things are measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rates are polls a second, the rest seconds or counts.

    `window_s` is that of one round of one side; `…_window_s` are those of what is measured once or twice.
    """

    terminals: int = 2_000
    rate: float = 2_000
    repetitions: int = 3
    window_s: float = 4
    prometheus_interval_s: int = 5
    prometheus_window_s: int = 10
    memory_interval_s: float = 30
    lateness_window_s: float = 10
    lateness_windows: int = 3
    starts: int = 3
    plugin_runs: int = 50
    status_runs: int = 10
    capacity_window_s: float = 15
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    growth_window_s: float = 20
    simulated_sizes: tuple[int, ...] = (100_000, 1_000_000)
    simulated_interval_s: float = 60
    large_repetitions: int = 2
    """Of the parts pages, start and tls, which take long."""


QUICK = Plan(
    repetitions=1,
    window_s=3,
    memory_interval_s=8,
    lateness_window_s=5,
    lateness_windows=1,
    starts=1,
    status_runs=5,
    capacity_window_s=5,
    sizes=(1_000, 10_000),
    growth_window_s=5,
    simulated_sizes=(100_000,),
    simulated_interval_s=20,
    large_repetitions=1,
)
