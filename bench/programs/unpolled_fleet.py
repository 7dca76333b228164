"""Serves the real web side of a fleet that nobody polls, its arguments COUNT and STATE; prints its port."""

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from random import Random

import uvloop

from bench import fleet
from bench.memory_store import MemoryStore
from bench.programs.heartbeat_server import document
from bench.unpolled import State
from monitor.adapters.runbook_files import load_runbooks
from monitor.adapters.system import SystemClock
from monitor.assembly.gc_tuning import GC_THRESHOLDS
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory.inventory import InventoryChange
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.logs import configure_logging
from monitor.views.read_model import ReadModel
from monitor.web import Admission, create_web, listening

INTERVAL_S = 60.0
"""Heartbeats come spread over so long."""


def row(index: int) -> Terminal:
    """Return an inventory row, five to a shop."""
    return Terminal(
        terminal_id=fleet.terminal_id(index),
        endpoint=f"http://192.0.2.1/{index}",
        merchant_id=f"{898310148000000 + index // 5}",
        merchant_name=f"Merchant {index // 5}",
        site=f"site-{index // 5}",
        region=f"region-{index // 5000}",
        serial_number=f"N910-{index:08}",
        vendor="newland",
        model="N910",
    )


def stage(count: int, state: State, clock: SystemClock) -> ReadModel:
    """Return a fleet that was last heard five minutes ago, and is in this state since."""
    watched, book, polls = Fleet(), AlertBook(), PollStatistics()
    runbooks = load_runbooks()
    evaluation = Evaluation(
        fleet=watched, book=book, rule_book=RuleBook(), advice=AdviceBook(runbooks.advice())
    )
    now, dice = clock.now(), Random(1)
    for index in range(count):
        evaluation.membership.add(row(index), now.ago(600))

    def poll(at: Instant, answer: Callable[[int], PollResult]) -> None:
        for index in range(count):
            result = answer(index)
            polls.count(result)
            ago_s = dice.uniform(0.0, INTERVAL_S)
            evaluation.accept(watched[fleet.terminal_id(index)], result, at.ago(ago_s))
        evaluation.tick(at, PollingProgress(silent_s=0.0))

    for ago_s in (500, 300):
        poll(now.ago(ago_s), lambda index: _said(index, state, dice))
    for ago_s in (200, 100) if state is State.SILENT else ():
        poll(now.ago(ago_s), lambda _: PollResult(Outcome.TIMEOUT, 5.0))
    evaluation.tick(now, PollingProgress(silent_s=0.0))
    return ReadModel(
        fleet=watched,
        book=book,
        suppression=evaluation.suppression,
        polls=polls,
        event_tracker=evaluation.event_tracker,
        reloads=ReloadStatus(),
        access=AccessStatistics(),
        clock=clock,
        started_at=now,
        runbooks=runbooks,
        ready=lambda: True,
    )


def _said(index: int, state: State, dice: Random) -> PollResult:
    is_ill = state is State.ILL and index % 100 == 0
    body = document(index) | {
        "battery": {"percent": dice.randrange(20, 101), "charging": False},
        "printer": {"status": "paper_out" if is_ill else "ok"},
    }
    return PollResult(Outcome.OK, 0.02, decode_heartbeat(json.dumps(body).encode()))


async def _reload(*, confirm_shrink: bool = False) -> InventoryChange:  # noqa: ARG001 - nobody asks for it
    return InventoryChange()


async def _serve(count: int, state: State) -> None:
    read_model = stage(count, state, SystemClock())
    app = create_web(
        read_model=read_model,
        store=MemoryStore(),
        reload=_reload,
        per_terminal="all",
        admission=Admission(statistics=read_model.access, listen_host="127.0.0.1"),
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    async with listening(app, host="127.0.0.1", port=0) as listener:
        print(listener.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    configure_logging(level="warning")
    uvloop.run(_serve(int(sys.argv[1]), State(sys.argv[2])))
