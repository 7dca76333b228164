"""posmon's sources at work in a process of their own: a cloud's pages, or a broker's messages."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import Self

import uvloop

from monitor.adapters.system import SystemClock
from monitor.assembly.gc_tuning import freeze_gc
from monitor.assembly.sources import board_of, open_source
from monitor.config.source_settings import SourceSettings
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import TerminalReport
from monitor.services.source_rounds import SourceRounds

LOOK_S = 0.005
GIVE_UP_S = 60.0
LOOPBACK = ["127.0.0.0/8"]
CLOCK = SystemClock()


class LagWatch:
    """How late the event loop was at worst, seconds; a context."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._watch())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        assert self._task is not None
        self._task.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            await CLOCK.sleep(LOOK_S)
            self.worst_s = max(self.worst_s, time.perf_counter() - before - LOOK_S)


async def read_cloud(port: int, terminals: int) -> dict[str, float]:
    """Read a whole list once; return CPU per terminal, the seconds it took, and the worst lag of the loop."""
    settings = _settings(kind="stripe", url=f"http://127.0.0.1:{port}", api_key="any", timeout="30s")
    board = board_of(settings)
    async with AsyncExitStack() as stack:
        source = await open_source(stack, settings, CLOCK)
        rounds = SourceRounds(clock=CLOCK, compare=_not_compared)
        measured = await _measured(rounds.ask_once(source, board))
    assert len(board) == terminals, f"{len(board)} of {terminals} terminals: {board.detail}"
    return {
        "cpu_us": measured["cpu_s"] / terminals * 1e6,
        "took_s": measured["took_s"],
        "lag_ms": measured["lag_ms"],
    }


async def _not_compared(_board: SourceBoard) -> None:
    """Compare nothing: there is no inventory."""


async def hear_broker(port: int, messages: int) -> dict[str, float]:
    """Read messages until all have come; return CPU per message and messages a second."""
    settings = _settings(
        kind="mqtt",
        url=f"mqtt://127.0.0.1:{port}",
        topics=["pos/{id}/state"],
        fields={
            "battery.percent": "battery",
            "printer.status": {"path": "paper", "words": {"none": "paper_out"}},
            "firmware_version": "fw",
            "serial_number": "serial",
        },
    )
    board, heard = board_of(settings), 0

    def deliver(reports: Sequence[TerminalReport]) -> None:
        nonlocal heard
        heard += len(reports)
        board.file(reports, CLOCK.now())

    async def all_heard() -> None:
        ends_at = time.perf_counter() + GIVE_UP_S
        while heard < messages and time.perf_counter() < ends_at:
            await CLOCK.sleep(LOOK_S)

    async with AsyncExitStack() as stack:
        source = await open_source(stack, settings, CLOCK)
        ended = await source.ask(deliver)
        assert ended.is_good, ended.detail
        print("listening", flush=True)
        while not heard:
            await CLOCK.sleep(LOOK_S)
        before = heard
        measured = await _measured(all_heard())
    assert heard == messages, f"{heard} of {messages} messages came"
    count = heard - before
    return {
        "cpu_us": measured["cpu_s"] / count * 1e6,
        "per_s": count / measured["took_s"],
        "lag_ms": measured["lag_ms"],
    }


async def _measured(work: Awaitable[object]) -> dict[str, float]:
    cpu_s, began = time.process_time(), time.perf_counter()
    async with LagWatch() as lag:
        await work
    return {
        "cpu_s": time.process_time() - cpu_s,
        "took_s": time.perf_counter() - began,
        "lag_ms": lag.worst_s * 1000,
    }


def _settings(**keys: object) -> SourceSettings:
    return SourceSettings.model_validate({"name": "bench", "allowed_networks": LOOPBACK} | keys)


def main() -> None:
    """`cloud PORT TERMINALS` or `broker PORT MESSAGES`; prints the figures as JSON."""
    what, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    freeze_gc()  # as the daemon does
    read = {"cloud": read_cloud, "broker": hear_broker}[what]
    print(json.dumps(uvloop.run(read(port, count))), flush=True)


if __name__ == "__main__":
    main()
