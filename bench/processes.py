"""Processes of a side: started, watched, measured and ended."""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STOP_S = 15.0
ANSWER_S = 300.0
POLL_S = 0.02
_BLOCK_BYTES = 1 << 20


class NotMeasured(Exception):
    """A side cannot be measured here; the text says why."""


def python(module: str, *arguments: object) -> list[str]:
    """Return the command line of a module of this package."""
    return [sys.executable, "-m", module, *map(str, arguments)]


@contextmanager
def _pinned(cpu: int | None) -> Iterator[None]:
    """Run what is started in the context on processor `cpu` alone: a child takes over its parent's."""
    before = os.sched_getaffinity(0)
    if cpu is not None:
        if cpu not in before:
            raise NotMeasured(f"there is no processor {cpu} to run on")
        os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def running(
    command: Sequence[str], *, log: Path, speaks: bool = False, cpu: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run `command` for the length of the context; if it ends by itself, a NotMeasured tells its last words.

    What it writes goes to `log`; its standard output to the caller when it `speaks`. All its threads stay
    on processor `cpu`, when one is given.
    """
    with _pinned(cpu), log.open("w") as written:
        output = subprocess.PIPE if speaks else written
        process = subprocess.Popen(command, stdout=output, stderr=written, text=True)
    try:
        yield process
    except NotMeasured as why:
        if process.poll() is None:
            raise
        raise NotMeasured(f"{why}; {Path(command[0]).name} wrote: {last_words(log)}") from why
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End `process`, first politely."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def last_words(log: Path) -> str:
    """Return the end of what a process wrote to its log."""
    return log.read_text(errors="replace").strip()[-300:] or "it wrote nothing"


def _descendants(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _descendants(int(child))


def cpu_s(pid: int) -> float:
    """Return the CPU time, user and system, that `pid` and its living descendants have used.

    Read from the kernel's clock of each process (see clock_getcpuclockid(3)): the same time as in
    /proc/PID/stat, in nanoseconds instead of ticks.
    """
    return sum(time.clock_gettime((~each << 3) | 2) for each in _descendants(pid))


def children_cpu_s() -> float:
    """Return the CPU time that children which have ended have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def rss_bytes(pid: int) -> int:
    """Return the resident memory of `pid`."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def forget_peak_rss(pid: int) -> None:
    """Let `peak_rss_bytes` tell of what comes from now on; see clear_refs in proc_pid_clear_refs(5)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_rss_bytes(pid: int) -> int:
    """Return the most resident memory that `pid` has had."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> str:
    """Return the body of `path` at `port` of 127.0.0.1; OSError when it does not answer 200."""
    return b"".join(lines(port, path)).decode()


def lines(port: int, path: str) -> Iterator[bytes]:
    """Yield the lines of a body, for as long as the caller wants them; otherwise like `get`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise OSError(f"{path}: status {response.status}")
        yield from response
    except http.client.HTTPException as error:
        raise OSError(f"{path}: {error}") from error
    finally:
        connection.close()


def download(port: int, path: str, **headers: str) -> int:
    """Read a body to its end as it comes; return its size. OSError when it does not answer 200.

    Names of `headers` have `_` for `-`.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise OSError(f"{path}: status {response.status}")
        block = bytearray(_BLOCK_BYTES)
        return sum(iter(lambda: response.readinto(block), 0))
    finally:
        connection.close()


def wait_until_answers(process: subprocess.Popen[str], port: int, path: str, *, within_s: float) -> float:
    """Wait until `path` answers 200; return the seconds that took."""
    started = time.perf_counter()
    while (waited := time.perf_counter() - started) < within_s and process.poll() is None:
        try:
            get(port, path)
        except OSError:
            time.sleep(POLL_S)
        else:
            return time.perf_counter() - started
    ended = f"; the process ended with {process.returncode}" if process.returncode is not None else ""
    raise NotMeasured(f"{path} did not answer 200 after {waited:.1f} s{ended}")


def cpu_us_per_poll(
    pids: Sequence[int], polls: Callable[[], float], *, window_s: float, rate: float
) -> float:
    """Return the CPU µs of `pids` for each poll of a window; `polls` tells how many there were so far.

    A side that does fewer than nine tenths of `rate` polls a second is overloaded: NotMeasured.
    """
    first, used = polls(), sum(map(cpu_s, pids))
    started = time.perf_counter()
    time.sleep(window_s)
    used, elapsed = sum(map(cpu_s, pids)) - used, time.perf_counter() - started
    done = polls() - first
    if done < 0.9 * rate * elapsed:
        raise NotMeasured(f"only {done / elapsed:.0f} polls/s of {rate:.0f}")
    return used / done * 1e6
