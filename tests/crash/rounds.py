"""Rounds of a life and a kill: `python -m tests.crash.rounds FOLDER KILLS SEED`.

Everything is imported once; each victim is forked off, so that a round costs little more than its life.
"""

import asyncio
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import structlog

from tests.crash import victim
from tests.crash.journal import journal_of
from tests.crash.witness import Witness, notes

LIVES_S = (0.02, 0.5)


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many victims one after the other, look at the file each time, and let the last one end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    chance = random.Random(seed)
    witness = Witness(folder / "testimony")
    seen = heard = 0
    for number in range(kills):
        life = victim.live(folder, seed + number)
        if not _killed_after(_fork(life), chance.uniform(*LIVES_S)):
            raise SystemExit(f"the victim of round {number} ended by itself")
        witness.note("killed", round=number)
        seen, heard = _compared(folder, seen, heard)
    _, status = os.waitpid(_fork(victim.end(folder)), 0)
    if status:
        raise SystemExit("the last run did not end in order")


def _fork(life: Coroutine[Any, Any, None]) -> int:
    child = os.fork()
    if child:
        life.close()
        return child
    code = 1
    try:
        asyncio.run(life)
        code = 0
    finally:
        os._exit(code)  # the parent's way out is not this one's


def _killed_after(child: int, seconds: float) -> bool:
    """Tell whether a child was alive when it was killed."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _compared(folder: Path, seen: int, heard: int) -> tuple[int, int]:
    """See that the file has the steps acknowledged in this round; return how far both were read."""
    steps = journal_of(folder, after=seen)
    kept = {(step.name, step.subject, step.state, step.at) for step in steps}
    for said in notes(folder / "testimony", "committed", after=heard):
        if (said["name"], said["subject"], said["state"], said["at"]) not in kept:
            raise SystemExit(f"lost: {said}")
    return max((step.seq for step in steps), default=seen), (folder / "testimony").stat().st_size


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
