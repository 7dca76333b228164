"""Starts, reloads and stops of a hundred thousand terminals; see bench.start."""

from pathlib import Path

from bench.figures import Figure
from bench.notebook import say
from bench.plan import Plan
from bench.start import starting


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Measure the largest fleet of the plan."""
    say("starts, reloads and stops")
    return starting(directory, rounds=plan.rounds_of_others, counts=plan.sizes[-1:])
