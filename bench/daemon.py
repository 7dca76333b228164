"""posmon itself, as its users run it: `posmon run --config FILE`."""

import http.client
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench import fleet
from bench.processes import (
    ANSWER_S,
    NotMeasured,
    cpu_s,
    cpu_us_per_poll,
    download,
    free_port,
    lines,
    rss_bytes,
    running,
    wait_until_answers,
)
from bench.terminals import Terminals

POSMON = str(Path(sys.executable).with_name("posmon"))
RUN = (POSMON, "run")
START_S = 300.0
HEALTH_TOLD = (0, 1, 2)
"""Exit codes of commands that found out how the fleet is."""
_AFTER_OWN = re.compile(rb"# HELP posmon_(fleet_terminals|terminal_)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A running posmon that is ready, its files in `directory`; `ready_s` is the time that took."""

    process: subprocess.Popen[str]
    port: int
    ready_s: float
    directory: Path

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    @property
    def inventory(self) -> Path:
        """The inventory's file."""
        return self.directory / "inventory.csv"

    @property
    def configuration(self) -> Path:
        """The configuration's file."""
        return self.directory / "posmon.yaml"

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.directory / "posmon.log"

    def series(self, name: str) -> dict[str, float]:
        """Return posmon's own samples called `name`, by their text of labels."""
        return samples(name, self.own_metrics())

    def own_metrics(self) -> str:
        """Return the page of metrics up to where the fleet's begin."""
        page = []
        for line in lines(self.port, "/metrics"):
            if _AFTER_OWN.match(line):
                break
            page.append(line)
        return b"".join(page).decode()

    def scrape_s(self) -> float:
        """Read a page of metrics to its end, as it comes; return the seconds that took."""
        began = time.perf_counter()
        download(self.port, "/metrics")
        return time.perf_counter() - began

    def reload_s(self) -> float:
        """Have it read its files anew; return the seconds that took."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        connection.request("POST", "/-/reload")
        response = connection.getresponse()
        said = response.read().decode()
        connection.close()
        if response.status != http.HTTPStatus.OK:
            raise NotMeasured(f"reload: status {response.status}: {said[:200]}")
        return time.perf_counter() - began

    def stop_s(self) -> float:
        """Send SIGTERM; return the seconds until it has ended."""
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(START_S)
        return time.perf_counter() - began

    def polls(self) -> float:
        """Return the number of polls finished so far, whatever they came to."""
        return sum(self.series("posmon_polls_total").values())

    def rss_bytes(self) -> int:
        """Return resident memory."""
        return rss_bytes(self.pid)

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far."""
        return cpu_s(self.pid)


def samples(name: str, page: str) -> dict[str, float]:
    """Return the samples called `name` on a page of metrics, by their text of labels."""
    found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", page, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def _configuration(
    directory: Path, *, port: int, interval_s: float, timeout_s: float, settings: Mapping[str, Any]
) -> str:
    sections: dict[str, Any] = {
        "inventory": {"path": str(directory / "inventory.csv")},
        "polling": {
            "interval": f"{round(interval_s * 1000)}ms",
            "timeout": f"{round(min(timeout_s, interval_s) * 1000)}ms",
            "allowed_networks": ["127.0.0.0/8"],
        },
        "web": {"listen": f"127.0.0.1:{port}"},
        "storage": {"path": str(directory / "posmon.db")},
        "alerting": {"alertmanagers": []},
    }
    for name, section in settings.items():
        sections[name] = section if isinstance(section, list) else sections.get(name, {}) | section
    return yaml.safe_dump(sections)


@contextmanager
def launched(
    inventory: Iterable[str],
    *,
    under: Path,
    interval_s: float,
    timeout_s: float = 5.0,
    settings: Mapping[str, Any] | None = None,
    program: Sequence[str] = RUN,
    store: Path | None = None,
    cpu: int | None = None,
) -> Iterator[Daemon]:
    """Run posmon, or another `program` that takes its configuration, from a copy of `store` or an empty one.

    `settings` are laid over the bench's own, by section. The context begins when it is ready; its files go
    when the context ends.
    """
    port = free_port()
    directory = under / f"posmon-{port}"
    directory.mkdir()
    if store is not None:
        shutil.copy(store, directory / "posmon.db")
    write_inventory(directory / "inventory.csv", inventory)
    (directory / "posmon.yaml").write_text(
        _configuration(
            directory, port=port, interval_s=interval_s, timeout_s=timeout_s, settings=settings or {}
        )
    )
    command = [*program, "--config", str(directory / "posmon.yaml")]
    try:
        with running(command, log=directory / "posmon.log", cpu=cpu) as process:
            ready_s = wait_until_answers(process, port, "/-/ready", within_s=START_S)
            yield Daemon(process=process, port=port, ready_s=ready_s, directory=directory)
    finally:
        shutil.rmtree(directory)


def write_inventory(path: Path, rows: Iterable[str]) -> None:
    """Write an inventory, line by line."""
    with path.open("w") as file:
        file.writelines(f"{row}\n" for row in rows)


@contextmanager
def daemon(
    polled: Terminals,
    *,
    count: int,
    interval_s: float,
    timeout_s: float = 5.0,
    fresh: bool = False,
    first: int = 0,
    hanging: float = 0.0,
    settings: Mapping[str, Any] | None = None,
    cpu: int | None = None,
) -> Iterator[Daemon]:
    """Run posmon over `count` of the terminals from number `first` on, the share `hanging` of them mute."""
    port = polled.closed if fresh else polled.kept
    with launched(
        fleet.inventory(count, port, first=first, hanging=hanging),
        under=polled.directory,
        interval_s=interval_s,
        timeout_s=timeout_s,
        settings=settings,
        cpu=cpu,
    ) as posmon:
        yield posmon


def posmon_cpu_us(polled: Terminals, *, fresh: bool, rate: float, window_s: float) -> float:
    """Measure posmon polling every terminal at `rate` polls a second; all polls must be good."""
    interval_s = polled.count / rate
    with daemon(polled, count=polled.count, interval_s=interval_s, fresh=fresh) as posmon:
        time.sleep(1.0 + 2 * interval_s)
        used = cpu_us_per_poll([posmon.pid], posmon.polls, window_s=window_s, rate=rate)
        refuse_bad_polls(posmon)
        return used


def refuse_bad_polls(posmon: Daemon) -> None:
    """Raise NotMeasured when not every poll so far was good."""
    results = posmon.series("posmon_polls_total")
    bad = {labels: n for labels, n in results.items() if n and '"ok"' not in labels}
    if bad:
        raise NotMeasured(f"not every poll was good: {bad}")


def first_coverage_s(unheard: Callable[[], int], *, within_s: float) -> float:
    """Wait until no terminal is `unheard` any more; return the seconds that took."""
    started = time.perf_counter()
    while left := unheard():
        if time.perf_counter() > started + within_s:
            raise NotMeasured(f"{left} terminals were not polled within {within_s:.0f} s")
        time.sleep(0.1)
    return time.perf_counter() - started


def command_ms(port: int, *words: str) -> float:
    """Measure the wall time of a `posmon` command beside the daemon at `port`, in ms; its output is piped."""
    started = time.perf_counter()
    done = subprocess.run(
        [POSMON, *words, "--url", f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=False
    )
    elapsed_s = time.perf_counter() - started
    if done.returncode not in HEALTH_TOLD:
        said = done.stderr.strip()[-200:]
        raise NotMeasured(f"posmon {' '.join(words)}: exit {done.returncode}: {said}")
    return elapsed_s * 1000
