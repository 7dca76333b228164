"""ZVT status enquiries: posmon's collector and a bare client, each on one core."""

import json
from pathlib import Path

from bench.figures import Figure, Target, ratio
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import NotMeasured, free_port, last_words, python, running

POSMON, BARE = "posmon, ZVT", "bare, ZVT"
PER_S = "ZVT: enquiries a second, one core"
CORE = 0
"""Of the side that asks. The terminals have the others."""


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Let both sides ask terminals of a process of their own, round after round."""
    notebook = Notebook()
    port = free_port()
    with running(
        python("bench.programs.zvt_terminals", port), log=directory / "zvt.log", speaks=True
    ) as terminals:
        assert terminals.stdout is not None
        terminals.stdout.readline()
        for _ in range(plan.repetitions):
            with notebook.watching(BARE):
                notebook.note(BARE, _asked("bare", port, plan, directory)["cpu_us"])
            with notebook.watching(POSMON, PER_S):
                asked = _asked("posmon", port, plan, directory)
                notebook.note(POSMON, asked["cpu_us"])
                notebook.note(PER_S, asked["per_s"])
    posmon, bare = notebook.figure(POSMON, "us"), notebook.figure(BARE, "us")
    return [
        posmon,
        bare,
        ratio(f"{POSMON} / {BARE}", posmon, bare),
        notebook.figure(PER_S, "/s", Target(value=1_000, at_least=True)),
    ]


def _asked(side: str, port: int, plan: Plan, directory: Path) -> dict[str, float]:
    say(f"ZVT enquiries, {side}")
    log = directory / f"zvt-{side}.log"
    command = python("bench.programs.zvt_enquiries", side, port, plan.window_s)
    with running(command, log=log, speaks=True, cpu=CORE) as process:
        said, _ = process.communicate()
    if process.returncode or not said:
        raise NotMeasured(f"{side} asked nothing: {last_words(log)}")
    figures: dict[str, float] = json.loads(said)
    return figures
