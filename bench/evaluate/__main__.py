"""`python -m bench.evaluate`: generate traffic, let posmon watch it, print how well it did, or how calm."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.evaluate.calm.command import calm
from bench.evaluate.plan import DEVELOPMENT_SEEDS, HELD_OUT_SEEDS, Plan
from bench.evaluate.report import document, lines
from bench.evaluate.run import play
from bench.evaluate.score import Score

NAMED_SEEDS = {"development": DEVELOPMENT_SEEDS, "held-out": HELD_OUT_SEEDS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every seed and print the figures of all together; a missed target is not an error."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if [*arguments[:1]] == ["calm"]:
        return calm(arguments[1:])
    given = _parser().parse_args(arguments)
    seeds: tuple[int, ...] = given.seeds
    plan = Plan(terminals=given.terminals, days=given.days)
    score, started = Score(), time.perf_counter()
    for seed in seeds:
        print(f"evaluate: seed {seed}", file=sys.stderr, flush=True)
        score.take(play(seed, plan))
    took_s = time.perf_counter() - started
    print("\n".join(lines(score)))
    if given.details:
        _print_details(score)
    if given.json is not None:
        given.json.write_text(json.dumps(document(score, seeds=seeds, took_s=took_s), indent=1) + "\n")
    print(f"evaluate: took {took_s:.0f} s", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.evaluate",
        description="Generate traffic, let posmon watch it, print how well it did; see docs/evaluation.md.",
        epilog="`python -m bench.evaluate calm --help`: ordinary weeks, and who is woken.",
    )
    parser.add_argument(
        "--seeds",
        type=_seeds,
        default=HELD_OUT_SEEDS,
        help="held-out (default), development, or numbers with commas between",
    )
    parser.add_argument("--terminals", type=int, default=Plan().terminals, help="in each seed's fleet")
    parser.add_argument("--days", type=int, default=Plan().days, help="of each seed's story")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument(
        "--details", action="store_true", help="name what was missed, raised for nothing or ill explained"
    )
    return parser


def _seeds(text: str) -> tuple[int, ...]:
    if text in NAMED_SEEDS:
        return NAMED_SEEDS[text]
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither {' nor '.join(NAMED_SEEDS)} nor numbers"
        ) from None


def _print_details(score: Score) -> None:
    for truth in score.missed:
        print(f"missed   {truth.alertname:<28} {truth.subject:<22} {truth.met_at:>10.0f} {truth.kind}")
    for raised in score.false_alerts:
        print(
            f"false    {raised.alertname:<28} {raised.subject:<22} {raised.fired_at:>10.0f} {raised.summary}"
        )
    for raised, truth in score.wrong_causes:
        causes = ",".join(sorted(truth.causes))
        print(
            f"cause    {raised.alertname:<28} {raised.subject:<22} {raised.fired_at:>10.0f} "
            f"{truth.kind}: {causes}, named {raised.first_cause}, at last {raised.last_cause}: "
            f"{raised.explanation}"
        )


if __name__ == "__main__":
    sys.exit(main())
