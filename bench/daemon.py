"""posmon itself, as its users run it: `posmon run --config FILE`."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench import fleet
from bench.processes import NotMeasured, cpu_s, cpu_us_per_poll, get, rss_bytes, running, wait_until_answers
from bench.references import Terminals, free_port

POSMON = str(Path(sys.executable).with_name("posmon"))
START_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A running posmon that is ready; `ready_s` is the time that took."""

    pid: int
    port: int
    ready_s: float

    def series(self, name: str) -> dict[str, float]:
        """Return posmon's own samples called `name`, by their text of labels."""
        found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", get(self.port, "/metrics"), re.MULTILINE)
        return {labels: float(value) for labels, value in found}

    def polls(self) -> float:
        """Return the number of polls finished so far, whatever they came to."""
        return sum(self.series("posmon_polls_total").values())

    def rss_bytes(self) -> int:
        """Return resident memory."""
        return rss_bytes(self.pid)

    def scrape_cpu_s(self) -> float:
        """Return the CPU seconds that one page of metrics costs, with the polling of that time."""
        used = cpu_s(self.pid)
        get(self.port, "/metrics")
        return cpu_s(self.pid) - used


def _configuration(directory: Path, *, port: int, interval_s: float, timeout_s: float) -> str:
    return yaml.safe_dump(
        {
            "inventory": {"path": str(directory / "inventory.csv")},
            "polling": {
                "interval": f"{round(interval_s * 1000)}ms",
                "timeout": f"{round(timeout_s * 1000)}ms",
                "allowed_networks": ["127.0.0.0/8"],
            },
            "web": {"listen": f"127.0.0.1:{port}"},
            "storage": {"path": str(directory / "posmon.db")},
            "alerting": {"alertmanagers": []},
        }
    )


@contextmanager
def daemon(
    polled: Terminals,
    *,
    count: int,
    interval_s: float,
    timeout_s: float = 5.0,
    fresh: bool = False,
    hanging: bool = False,
) -> Iterator[Daemon]:
    """Run posmon over the first `count` of the terminals, from an empty store."""
    port = free_port()
    directory = polled.directory / f"posmon-{port}"
    directory.mkdir()
    rows = fleet.inventory(count, polled.closed if fresh else polled.kept, hanging=hanging)
    (directory / "inventory.csv").write_text("\n".join(rows) + "\n")
    (directory / "posmon.yaml").write_text(
        _configuration(directory, port=port, interval_s=interval_s, timeout_s=timeout_s)
    )
    command = [POSMON, "run", "--config", str(directory / "posmon.yaml")]
    with running(command, log=directory / "posmon.log") as process:
        ready_s = wait_until_answers(process, port, "/-/ready", within_s=START_S)
        yield Daemon(pid=process.pid, port=port, ready_s=ready_s)


def posmon_cpu_us(polled: Terminals, *, fresh: bool, rate: float, window_s: float) -> float:
    """Measure posmon polling every terminal at `rate` polls a second; all polls must be good."""
    interval_s = polled.count / rate
    with daemon(
        polled, count=polled.count, interval_s=interval_s, timeout_s=interval_s, fresh=fresh
    ) as posmon:
        time.sleep(1.0 + 2 * interval_s)
        used = cpu_us_per_poll([posmon.pid], posmon.polls, window_s=window_s, rate=rate)
        bad = {
            labels: n
            for labels, n in posmon.series("posmon_polls_total").items()
            if n and '"ok"' not in labels
        }
        if bad:
            raise NotMeasured(f"not every poll was good: {bad}")
        return used


def at_quantile(buckets: dict[float, float], quantile: float) -> float:
    """Return the quantile of a histogram, linear within its bucket, as Prometheus does."""
    rank, below, before = quantile * buckets[float("inf")], 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= rank and count > before:
            return below + (bound - below) * (rank - before) / (count - before)
        below, before = bound, count
    raise NotMeasured("no poll was timed")


def _lateness_buckets(posmon: Daemon) -> dict[float, float]:
    series = posmon.series("posmon_poll_lateness_seconds_bucket")
    return {float(labels.partition('le="')[2].partition('"')[0]): count for labels, count in series.items()}


def lateness_p99_ms(posmon: Daemon, *, window_s: float) -> float:
    """Measure the 99th percentile of how late polls began in one window, in ms."""
    first = _lateness_buckets(posmon)
    time.sleep(window_s)
    last = _lateness_buckets(posmon)
    return 1000 * at_quantile({bound: last[bound] - first[bound] for bound in last}, 0.99)


def status_ms(posmon: Daemon) -> float:
    """Measure the wall time of one `posmon status`, in ms."""
    started = time.perf_counter()
    done = subprocess.run(
        [POSMON, "status", "--url", f"http://127.0.0.1:{posmon.port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    elapsed_s = time.perf_counter() - started
    if done.returncode != 0:
        raise NotMeasured(f"posmon status: exit {done.returncode}: {done.stderr.strip()[-200:]}")
    return elapsed_s * 1000
