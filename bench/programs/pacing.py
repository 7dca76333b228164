"""An even pace for the reference clients: an open loop, as a monitor's schedule is."""

import argparse
import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

TICK_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a reference client is asked: `rate` polls a second over `count` terminals, in turn."""

    port: int
    count: int
    rate: float
    fresh: bool


def task_from_arguments() -> Task:
    """Read the command line of a reference client."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--fresh", action="store_true", help="a new connection for every poll")
    return Task(**vars(parser.parse_args()))


class Pacer:
    """Calls `begin(index)` for every poll that is due, in ticks of 10 ms, for ever."""

    def __init__(self, *, task: Task, begin: Callable[[int], None]) -> None:
        self._task = task
        self._begin = begin
        self._loop = asyncio.get_running_loop()
        self._started = time.perf_counter()
        self._begun = 0

    def tick(self) -> None:
        """Begin what has become due since the last tick."""
        due = int((time.perf_counter() - self._started) * self._task.rate)
        for number in range(self._begun, due):
            self._begin(number % self._task.count)
        self._begun = due
        self._loop.call_later(TICK_S, self.tick)
