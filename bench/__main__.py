"""`python -m bench`: measure part after part, print a table, write JSON under var/bench."""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from bench.figures import Figure, load, machine, save, table
from bench.notebook import say
from bench.parts import (
    capacity,
    cost,
    daemon_of_10000,
    events,
    exposition,
    growth,
    lateness,
    pages,
    simulated,
    start,
    tls,
)
from bench.plan import QUICK, Plan

OUTPUT = Path("var/bench")

Part = Callable[[Plan, Path], list[Figure]]

ORDINARY: Mapping[str, Part] = {
    "cost": cost.measure,
    "capacity": capacity.measure,
    "lateness": lateness.measure,
    "daemon": daemon_of_10000.measure,
    "events": events.measure,
}
LARGE: Mapping[str, Part] = {
    "growth": growth.measure,
    "exposition": exposition.measure,
    "pages": pages.measure,
    "start": start.measure,
    "tls": tls.measure,
    "simulated": simulated.measure,
}
EVERY: Mapping[str, Part] = {**ORDINARY, **LARGE}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help=f"some of {', '.join(EVERY)}; otherwise {', '.join(ORDINARY)}"
    )
    parser.add_argument("--large", action="store_true", help=f"measure {', '.join(LARGE)}")
    parser.add_argument("--quick", action="store_true", help="a glance: one repetition, short, not so large")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(EVERY):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return arguments


def measure(wanted: Mapping[str, Part], plan: Plan) -> dict[str, list[Figure]]:
    """Measure part after part."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="posmon-bench-") as scratch:
        return {name: part(plan, Path(scratch)) for name, part in wanted.items()}


def main() -> int:
    """Return 1 when something could not be measured (a missed target is not an error)."""
    arguments = _arguments()
    plan = QUICK if arguments.quick or os.environ.get("BENCH_QUICK") == "1" else Plan()
    names = arguments.parts or (LARGE if arguments.large else ORDINARY)
    about = machine() | {"plan": asdict(plan)}
    started = time.perf_counter()
    parts = measure({name: EVERY[name] for name in names}, plan)
    about |= {"load_after": load(), "took_s": round(time.perf_counter() - started)}
    print(*(f"{name}\n{table(figures)}\n" for name, figures in parts.items()), sep="\n")
    print(f"load average {about['load_before']:.1f} before, {about['load_after']:.1f} after")
    say(f"took {about['took_s']} s; every sample is in {save(parts, about=about, directory=OUTPUT)}")
    return int(any(not figure.samples for figures in parts.values() for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
