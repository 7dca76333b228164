"""A month's report on 100 000 terminals: how long it takes, its memory, and what facts take in the store."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from bench.figures import Figure, Target, sized
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.report_store import DAY_S, Contents, fill
from monitor.adapters.report_process.errand import errand_for
from monitor.domain.availability.report import GroupBy, ReportQuery

UNTIL = 1_796_000_000
DAYS = 30
GROUPS = (GroupBy.SITE, GroupBy.TERMINAL)
TOOK = "month's report by {}"
CPU = "processor time of a report by {}"
MEMORY = "memory of a report by {}"
EPISODE = "bytes an episode"
TERMINAL = "bytes a terminal without episodes"


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Fill a store with a month in which each terminal had eight episodes, and report it."""
    notebook, count = Notebook(), plan.sizes[-1]
    path = directory / "report.db"
    names = [sized(count, form.format(by)) for form in (TOOK, CPU, MEMORY) for by in GROUPS]
    with notebook.watching(*names, EPISODE, TERMINAL):
        bare = _filled(directory / "bare.db", count, rate=0.0)
        size = _filled(path, count, rate=4.0)
        notebook.note(TERMINAL, bare / count)
        notebook.note(EPISODE, (size - bare) / (8 * count))
        for by in GROUPS:
            say(sized(count, TOOK.format(by)))
            for _ in range(plan.repetitions):
                _report(notebook, path, by, count)
    return [
        *(notebook.figure(sized(count, TOOK.format(by)), "s", Target(value=10)) for by in GROUPS),
        *(notebook.figure(sized(count, CPU.format(by)), "s") for by in GROUPS),
        *(notebook.figure(sized(count, MEMORY.format(by)), "MB", Target(value=300)) for by in GROUPS),
        notebook.figure(EPISODE, "B"),
        notebook.figure(TERMINAL, "B"),
    ]


def _filled(path: Path, count: int, *, rate: float) -> int:
    """Return the size of a store in bytes."""
    fill(path, Contents(terminals=count, days=DAYS, until=UNTIL, outages_a_month=rate, lapses_a_month=rate))
    return path.stat().st_size


def _report(notebook: Notebook, path: Path, by: GroupBy, count: int) -> None:
    query = ReportQuery(since=UNTIL - DAYS * DAY_S, until=UNTIL, by=by)
    errand = msgspec.json.encode(errand_for(path, query, now=UNTIL, late_s=0.0))
    began = time.perf_counter()
    command = [sys.executable, "-m", "monitor.adapters.report_process"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin as asked, process.stdout as answered:
        asked.write(errand)
        asked.close()
        for _ in answered:
            pass
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    notebook.note(sized(count, TOOK.format(by)), time.perf_counter() - began)
    notebook.note(sized(count, CPU.format(by)), used.ru_utime + used.ru_stime)
    notebook.note(sized(count, MEMORY.format(by)), used.ru_maxrss / 1000)
