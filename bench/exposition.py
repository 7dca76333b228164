"""What a page of metrics costs a large fleet: `python -m bench.exposition [TERMINALS ...]`.

For each size a process of its own serves the real web side of a fleet that nobody polls, and this one
scrapes it over loopback, plain and compressed, while a second connection asks `/-/healthy` without a
pause. A line of JSON comes out for each size; the words for people go to standard error.
"""

import asyncio
import gc
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

import uvloop

from bench.fleet import terminal_id
from bench.heartbeat_server import document
from bench.processes import NotMeasured, cpu_s, python, rss_bytes, running
from monitor.adapters.memory_store import MemoryStore
from monitor.adapters.system import SystemClock
from monitor.assembly.interpreter import GC_THRESHOLDS
from monitor.domain.alert_book import AlertBook
from monitor.domain.evaluation import Evaluation
from monitor.domain.fleet import Fleet
from monitor.domain.heartbeat import decode_heartbeat
from monitor.domain.inventory import InventoryChange
from monitor.domain.outcome import Outcome, PollResult
from monitor.domain.reload_record import ReloadRecord
from monitor.domain.rule_book import RuleBook
from monitor.domain.statistics import PollStatistics
from monitor.domain.terminal import Terminal
from monitor.logs import configure_logging
from monitor.views.sources import Sources
from monitor.web import Admission, create_web, listening

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 5
INTERVAL_S = 60.0
BLOCK_BYTES = 1 << 20
ACCEPT = {"plain": "identity", "gzip": "gzip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeCost:
    """What a scrape of a fleet of `terminals` costs; medians of the rounds, but for what is a maximum.

    `plain_s` and `gzip_s` are from the request to the last byte, `…_cpu_s` the server's processor time of
    all its threads, `…_healthy_ms` the slowest answer of `/-/healthy` in any of the rounds,
    `idle_healthy_ms` the slowest while nobody scrapes. Memory is bytes a terminal: `left_bytes` stay after
    all rounds, `peak_bytes` are the most that was more than before during one.
    """

    terminals: int
    page_bytes: int
    gzip_bytes: int
    plain_s: float
    gzip_s: float
    plain_cpu_s: float
    gzip_cpu_s: float
    idle_healthy_ms: float
    plain_healthy_ms: float
    gzip_healthy_ms: float
    left_bytes: float
    peak_bytes: float


def measure(count: int, *, rounds: int = ROUNDS) -> ScrapeCost:
    """Scrape a fleet of `count` terminals; NotMeasured when it cannot be served."""
    with TemporaryDirectory(prefix="posmon-bench-") as scratch:
        command = python("bench.exposition", "--serve", count)
        with running(command, log=Path(scratch) / "log", speaks=True) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said:
                raise NotMeasured("the fleet is not served")
            return _scraped(count, process.pid, int(said), rounds)


def _scraped(count: int, pid: int, port: int, rounds: int) -> ScrapeCost:
    idle = _slowest_healthy_ms(port, lambda: time.sleep(1.0))
    before = rss_bytes(pid)
    _forget_peak(pid)
    took: dict[str, list[float]] = {way: [] for way in ACCEPT}
    used: dict[str, list[float]] = {way: [] for way in ACCEPT}
    slowest = dict.fromkeys(ACCEPT, 0.0)
    size = dict.fromkeys(ACCEPT, 0)
    for _ in range(rounds):
        for way, accept in ACCEPT.items():

            def scrape(way: str = way, accept: str = accept) -> None:
                began, used_s = time.perf_counter(), cpu_s(pid)
                size[way] = _scrape(port, accept)
                took[way].append(time.perf_counter() - began)
                used[way].append(cpu_s(pid) - used_s)

            slowest[way] = max(slowest[way], _slowest_healthy_ms(port, scrape))
    return ScrapeCost(
        terminals=count,
        page_bytes=size["plain"],
        gzip_bytes=size["gzip"],
        plain_s=statistics.median(took["plain"]),
        gzip_s=statistics.median(took["gzip"]),
        plain_cpu_s=statistics.median(used["plain"]),
        gzip_cpu_s=statistics.median(used["gzip"]),
        idle_healthy_ms=idle,
        plain_healthy_ms=slowest["plain"],
        gzip_healthy_ms=slowest["gzip"],
        left_bytes=(rss_bytes(pid) - before) / count,
        peak_bytes=(_peak_bytes(pid) - before) / count,
    )


def _scrape(port: int, accept: str) -> int:
    """Read a page to its end; return how many bytes of body came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/metrics", headers={"Accept-Encoding": accept})
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise NotMeasured(f"/metrics: status {response.status}")
        block = bytearray(BLOCK_BYTES)
        return sum(iter(lambda: response.readinto(block), 0))
    finally:
        connection.close()


def _slowest_healthy_ms(port: int, work: Callable[[], None]) -> float:
    """Return the slowest answer of `/-/healthy` while `work` is done, in ms."""
    with _asking_health(port) as answers:
        work()
    return 1000 * max(answers)


@contextmanager
def _asking_health(port: int) -> Iterator[list[float]]:
    """Ask again and again in a thread of its own; yields the seconds each answer took."""
    answers: list[float] = []
    over = Event()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not over.wait(0.002) or not answers:
            began = time.perf_counter()
            connection.request("GET", "/-/healthy")
            connection.getresponse().read()
            answers.append(time.perf_counter() - began)
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _peak_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def stage(count: int, clock: SystemClock) -> Sources:
    """Return a fleet every terminal of which has given a heartbeat within the last INTERVAL_S seconds."""
    fleet, book, polls = Fleet(), AlertBook(), PollStatistics()
    evaluation = Evaluation(fleet=fleet, book=book, rule_book=RuleBook())
    now = clock.now()
    dice = Random(1)
    for index in range(count):
        row = Terminal(
            terminal_id=terminal_id(index),
            endpoint=f"http://192.0.2.1/{index}",
            merchant_id=f"{898310148000000 + index // 10}",
            merchant_name=f"Merchant {index // 10}",
            site=f"site-{index // 10}",
            region=f"region-{index // 5000}",
            serial_number=f"N910-{index:08}",
            vendor="newland",
            model="N910",
        )
        watched = evaluation.add(row, now)
        said = document(index) | {"battery": {"percent": dice.randrange(20, 101), "charging": False}}
        result = PollResult(Outcome.OK, 0.02, decode_heartbeat(json.dumps(said).encode()))
        polls.count(result)
        evaluation.accept(watched, result, now.ago(dice.uniform(0.0, INTERVAL_S)))
    return Sources(
        fleet=fleet,
        book=book,
        polls=polls,
        patterns=evaluation.patterns,
        reloads=ReloadRecord(),
        clock=clock,
        started_at=now,
    )


async def _reload(*, confirm_shrink: bool = False) -> InventoryChange:  # noqa: ARG001 - nobody asks for it
    return InventoryChange()


async def _serve(count: int) -> None:
    sources = stage(count, SystemClock())
    app = create_web(
        sources=sources,
        store=MemoryStore(),
        reload=_reload,
        per_terminal="all",
        admission=Admission(listen_host="127.0.0.1"),
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    async with listening(app, host="127.0.0.1", port=0) as listener:
        print(listener.port, flush=True)
        await asyncio.Event().wait()


def main(arguments: list[str]) -> None:
    """Serve a fleet, or measure the sizes that are asked for."""
    if arguments[:1] == ["--serve"]:
        configure_logging()
        uvloop.run(_serve(int(arguments[1])))
        return
    for size in map(int, arguments) if arguments else SIZES:
        print(f"bench: {size} terminals, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        print(json.dumps(asdict(measure(size))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
