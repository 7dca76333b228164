"""`python -m bench.evaluate calm`: live ordinary weeks, print who was woken and what for."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.evaluate.calm.report import calm_document, calm_lines, page_lines
from bench.evaluate.calm.run import CalmPlan, live_a_week
from bench.evaluate.calm.score import CalmScore

SEEDS = (7_001,)
"""A week each; the figures of the documents are of these."""


def calm(arguments: Sequence[str]) -> int:
    """Live a week for every seed and print the figures of all together; a missed target is not an error."""
    given = _parser().parse_args(arguments)
    plan = CalmPlan(terminals=given.terminals, days=given.days)
    score, started = CalmScore(), time.perf_counter()
    for seed in given.seeds:
        print(f"evaluate: calm, seed {seed}", file=sys.stderr, flush=True)
        score.take(live_a_week(seed, plan))
    took_s = time.perf_counter() - started
    print("\n".join(calm_lines(score)))
    if given.details:
        print("\n".join(page_lines(score)))
    if given.json is not None:
        document = calm_document(score, seeds=given.seeds, took_s=took_s)
        given.json.write_text(json.dumps(document, indent=1) + "\n")
    print(f"evaluate: took {took_s:.0f} s", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.evaluate calm",
        description="Live ordinary weeks, print who was woken and what for; see docs/evaluation.md.",
    )
    parser.add_argument("--seeds", type=_numbers, default=SEEDS, help="numbers with commas between")
    parser.add_argument("--terminals", type=int, default=CalmPlan().terminals, help="in each seed's fleet")
    parser.add_argument("--days", type=int, default=CalmPlan().days, help="of each seed's week")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--details", action="store_true", help="name every page")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers") from None
