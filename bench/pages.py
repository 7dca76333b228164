"""What the pages of a large fleet cost: `python -m bench.pages [TERMINALS]`.

A process of its own serves the real web side of a fleet that nobody polls, first with one terminal in a
hundred ill, then with every one silent. This one asks for pages as a browser does and reads them to the end,
while a second connection asks `/-/healthy` all the time.
"""

import asyncio
import gc
import http.client
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bench.fleet import terminal_id
from bench.processes import NotMeasured, cpu_s, get, python, running
from bench.watch import watching
from monitor.adapters.memory_store import MemoryStore
from monitor.adapters.runbook_files import load_runbooks
from monitor.adapters.system import SystemClock
from monitor.assembly.interpreter import GC_THRESHOLDS
from monitor.domain.advice import AdviceBook
from monitor.domain.alert_book import AlertBook
from monitor.domain.evaluation import Evaluation
from monitor.domain.fleet import Fleet
from monitor.domain.heartbeat import decode_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory import InventoryChange
from monitor.domain.outcome import Outcome, PollResult
from monitor.domain.progress import Progress
from monitor.domain.reload_record import ReloadRecord
from monitor.domain.rule_book import RuleBook
from monitor.domain.statistics import PollStatistics
from monitor.domain.terminal import Terminal
from monitor.logs import configure_logging
from monitor.views.sources import Sources
from monitor.web import Admission, create_web, listening

TERMINALS = 100_000
ROUNDS = 3
ILL, SILENT = "1 % ill", "all silent"
STATES = (ILL, SILENT)
OVERVIEW, NEXT_PAGE = "overview", "terminals, next page"
PAGES = {
    OVERVIEW: "/",
    "overview, looked at again": "/",
    "terminals": "/terminals",
    "terminals, a search": "/terminals?q=0777",
    "terminals, a search in vain": "/terminals?q=nowhere",
    "terminals, one site's": "/terminals?site=site-777",
    "terminals, the critical ones": "/terminals?health=critical",
    NEXT_PAGE: "/terminals?cursor=",
    "terminals, a thousand": "/terminals?limit=1000",
    "one terminal": f"/terminals/{terminal_id(777)}",
    "alerts": "/alerts",
    "alerts, one site's": "/alerts?site=site-777",
    "sites": "/sites",
    "/api/v1/status": "/api/v1/status",
    "/api/v1/terminals": "/api/v1/terminals?limit=1000",
}
SURVEY_LASTS = 20
"""A survey of the fleet is good for so many times as long as it took; then an overview makes one anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCost:
    """One answer: milliseconds from request to last byte, of the server's processor, of `/-/healthy`."""

    took_ms: float
    cpu_ms: float
    healthy_ms: float
    received_bytes: int


def measure(count: int, state: str, *, rounds: int = ROUNDS, directory: Path) -> dict[str, list[PageCost]]:
    """Ask for each of PAGES so often; NotMeasured when the fleet cannot be served."""
    costs: dict[str, list[PageCost]] = {name: [] for name in PAGES}
    with serving(count, state, directory) as (pid, port):
        began = time.perf_counter()
        first = json.loads(get(port, "/api/v1/terminals"))
        surveyed_ms = 1000 * (time.perf_counter() - began)
        paths = PAGES | {NEXT_PAGE: PAGES[NEXT_PAGE] + first["next_cursor"]}
        for _ in range(rounds):
            time.sleep(SURVEY_LASTS * surveyed_ms / 1000)
            for name, path in paths.items():
                costs[name].append(_cost(pid, port, path))
            surveyed_ms = costs[OVERVIEW][-1].took_ms
    return costs


@contextmanager
def serving(count: int, state: str, directory: Path) -> Iterator[tuple[int, int]]:
    """Serve a fleet; yields the server's process id and port."""
    command = python("bench.pages", "--serve", count, state)
    with running(command, log=directory / "pages.log", speaks=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise NotMeasured("the fleet is not served")
        yield process.pid, int(said)


def _cost(pid: int, port: int, path: str) -> PageCost:
    with watching(port) as watch:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        began, used_s = time.perf_counter(), cpu_s(pid)
        connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip, deflate"})
        response = connection.getresponse()
        received = len(response.read())
        took_s, used_s = time.perf_counter() - began, cpu_s(pid) - used_s
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise NotMeasured(f"{path}: status {response.status}")
    return PageCost(
        took_ms=1000 * took_s,
        cpu_ms=1000 * used_s,
        healthy_ms=watch.longest_ms,
        received_bytes=received,
    )


def row(index: int) -> Terminal:
    """Return an inventory row, five to a shop."""
    return Terminal(
        terminal_id=terminal_id(index),
        endpoint=f"http://192.0.2.1/{index}",
        merchant_id=f"{898310148000000 + index // 5}",
        merchant_name=f"Merchant {index // 5}",
        site=f"site-{index // 5}",
        region=f"region-{index // 5000}",
        serial_number=f"N910-{index:08}",
        vendor="newland",
        model="N910",
    )


def stage(count: int, state: str, clock: SystemClock) -> Sources:
    """Return a fleet that was last heard five minutes ago, and is in this state since."""
    fleet, book, polls = Fleet(), AlertBook(), PollStatistics()
    advice = AdviceBook(load_runbooks().advice())
    evaluation = Evaluation(fleet=fleet, book=book, rule_book=RuleBook(), advice=advice)
    now = clock.now()
    for index in range(count):
        evaluation.add(row(index), now.ago(600))

    def poll(at: Instant, answer: Callable[[int], PollResult]) -> None:
        for index in range(count):
            result = answer(index)
            polls.count(result)
            evaluation.accept(fleet[terminal_id(index)], result, at)
        evaluation.tick(at, Progress(silent_s=0.0))

    poll(now.ago(500), _said)
    poll(now.ago(300), _said)
    for ago_s in (200, 100) if state == SILENT else ():
        poll(now.ago(ago_s), lambda _: PollResult(Outcome.TIMEOUT, 5.0))
    evaluation.tick(now, Progress(silent_s=0.0))
    return Sources(
        fleet=fleet,
        book=book,
        polls=polls,
        patterns=evaluation.patterns,
        reloads=ReloadRecord(),
        clock=clock,
        started_at=now,
        runbooks=load_runbooks(),
        ready=lambda: True,
    )


def _said(index: int) -> PollResult:
    document = {
        "terminal_id": terminal_id(index),
        "battery": {"percent": 80},
        "printer": {"status": "ok" if index % 100 else "paper_out"},
    }
    return PollResult(Outcome.OK, 0.02, decode_heartbeat(json.dumps(document).encode()))


async def _reload(*, confirm_shrink: bool = False) -> InventoryChange:  # noqa: ARG001 - nobody asks for it
    return InventoryChange()


async def _serve(count: int, state: str) -> None:
    app = create_web(
        sources=stage(count, state, SystemClock()),
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


def main(arguments: Sequence[str]) -> None:
    """Serve a fleet, or measure one and print a line for each page, each round from the first to the last."""
    if arguments[:1] == ["--serve"]:
        configure_logging(level="warning")
        uvloop.run(_serve(int(arguments[1]), arguments[2]))
        return
    count = int(arguments[0]) if arguments else TERMINALS
    for state in STATES:
        with TemporaryDirectory(prefix="posmon-bench-") as scratch:
            costs = measure(count, state, directory=Path(scratch))
        print(f"{count} terminals, {state}: ms from request to last byte (CPU, /-/healthy meanwhile), kB")
        for name, taken in costs.items():
            rounds = "  ".join(
                f"{cost.took_ms:6.0f} ({cost.cpu_ms:4.0f}, {cost.healthy_ms:3.0f})" for cost in taken
            )
            print(
                f"  {name:30} {rounds}  {max(cost.received_bytes for cost in taken) / 1000:6.1f}", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])
