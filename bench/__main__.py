"""`python -m bench`: measure part after part, print a table, write JSON under var/bench."""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

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
    recording,
    report,
    simulated,
    sources,
    start,
    tls,
    zvt,
)
from bench.plan import QUICK, Plan

OUTPUT = Path("var/bench")

ORDINARY: Mapping[str, ModuleType] = {
    "cost": cost,
    "capacity": capacity,
    "lateness": lateness,
    "daemon": daemon_of_10000,
    "events": events,
    "sources": sources,
    "zvt": zvt,
    "recording": recording,
}
LARGE: Mapping[str, ModuleType] = {
    "growth": growth,
    "exposition": exposition,
    "pages": pages,
    "report": report,
    "start": start,
    "tls": tls,
    "simulated": simulated,
}
EVERY: Mapping[str, ModuleType] = {**ORDINARY, **LARGE}
"""Parts by name; each module has `measure(plan, directory)`, and says in its first line what it measures."""


def _lines(parts: Mapping[str, ModuleType]) -> str:
    """Return a line for each part: its name, and what it measures."""
    return "\n".join(
        f"  {name:<12}{(part.__doc__ or '').splitlines()[0].rstrip('.')}" for name, part in parts.items()
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        usage="%(prog)s [--quick] [--output DIR] [--large | PART ...]",
        description="Measure part after part, print a table, write every sample to a file.",
        epilog=f"parts, measured unless told otherwise:\n{_lines(ORDINARY)}\n\n"
        f"parts of --large:\n{_lines(LARGE)}\n\n"
        "python -m bench.report FILE ... writes the figures into README and docs/performance.md.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="what to measure, by name")
    parser.add_argument("--large", action="store_true", help="fleets of up to a million terminals, and TLS")
    parser.add_argument("--quick", action="store_true", help="a glance: one repetition, short, not so large")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", default=OUTPUT, help="where the file goes (%(default)s)"
    )
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.parts if name not in EVERY]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(EVERY)}")
    if arguments.large and arguments.parts:
        parser.error("--large names its parts itself; leave it out, or the names")
    return arguments


def measured(names: Iterable[str], plan: Plan) -> Iterator[tuple[str, list[Figure]]]:
    """Measure part after part."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="posmon-bench-") as scratch:
        for name in names:
            yield name, EVERY[name].measure(plan, Path(scratch))


def main() -> int:
    """Return 1 when something could not be measured (a missed target is not an error)."""
    arguments = _arguments()
    plan = QUICK if arguments.quick or os.environ.get("BENCH_QUICK") == "1" else Plan()
    about = machine() | {"quick": plan is QUICK, "plan": asdict(plan)}
    started = time.perf_counter()
    parts: dict[str, list[Figure]] = {}
    try:
        for name, figures in measured(arguments.parts or (LARGE if arguments.large else ORDINARY), plan):
            parts[name] = figures
            print(f"{name}\n{table(figures)}\n", flush=True)
    finally:  # whatever ends the run, what was measured until then is kept
        about |= {"load_after": load(), "took_s": round(time.perf_counter() - started)}
        path = save(parts, about=about, directory=arguments.output)
    print(f"load average {about['load_before']:.1f} before, {about['load_after']:.1f} after")
    say(f"took {about['took_s']} s; every sample is in {path}")
    return int(any(not figure.samples for figures in parts.values() for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
