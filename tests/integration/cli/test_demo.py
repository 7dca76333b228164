import contextlib
import http.client
import json
import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.command import POSMON, environment, posmon
from tests.integration.cli.terminal import ENTER_SCREEN, LEAVE_SCREEN, Terminal

WITHIN_S = 30.0


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `posmon demo` on a free port, with its temporary files in `folder`."""
    with subprocess.Popen(
        [*POSMON, "demo", "--port", "0", *arguments],
        env=environment({"TMPDIR": str(folder), "POSMON_WEB__LISTEN": "127.0.0.1:1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Read stdout until a line matches."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found
    pytest.fail(f"no {pattern!r}; stderr: {process.stderr.read() if process.stderr else ''}")


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """Return the ids of its children by their command."""
    ids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {Path(f"/proc/{one}/cmdline").read_text().split("\0")[3]: int(one) for one in ids}


def wait_for_end_of(process_ids: Iterable[int]) -> None:
    """Wait until none of these processes runs."""
    for one in process_ids:
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(one)
            assert select.select([handle], [], [], WITHIN_S)[0], f"process {one} outlives the demo"
            os.close(handle)


def test_duration(tmp_path: Path) -> None:
    """Where nobody can press Ctrl-C it says where to look, prints the status and ends by itself."""
    with demo(tmp_path, "--terminals", "30", "--duration", "2s") as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == "Starting 30 simulated terminals and a daemon ...\n"
    lines = output.splitlines()
    assert lines[0] == "30 simulated terminals, and a daemon that watches them."
    assert lines[1].startswith("All speak posmon's heartbeat")
    url = lines[2].removeprefix("  Page:     ").rstrip("/")
    assert lines[4] == f"  Elsewhere on this machine:  posmon status --url {url}"
    assert sum(line.endswith(" of 30 terminals") for line in lines) == 1
    assert list(tmp_path.iterdir()) == []


def answer(url: str, path: str) -> Any:
    """Return the JSON document that the demo's daemon has at `path`."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=WITHIN_S)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return json.load(connection.getresponse())


def test_mixed_fleet(tmp_path: Path) -> None:
    """The daemon reaches both clouds, polls a terminal of each kind `ok`, and reports their troubles."""
    wanted = {("TerminalOffline", "20000003"), ("PrinterFault", "40000002")}
    with demo(tmp_path) as process:
        url = until(process, r"Page: +(http\S+)/")[1]
        sources = answer(url, "/api/v1/sources")["sources"]
        assert [(one["name"], one["state"], one["terminals"]) for one in sources] == [
            ("square", "up", 7),
            ("stripe", "up", 6),
        ]
        for terminal_id in ("10000002", "20000001", "30000001", "40000001"):
            last_poll = answer(url, f"/api/v1/terminals/{terminal_id}")["last_poll"]
            assert last_poll["outcome"] == "ok", terminal_id
        deadline = time.perf_counter() + WITHIN_S
        while not wanted <= firing(url):
            assert time.perf_counter() < deadline, firing(url)
            time.sleep(0.2)


def firing(url: str) -> set[tuple[str, str]]:
    """Return name and subject of all alerts that fire."""
    alerts = answer(url, "/api/v1/alerts")["alerts"]
    return {(one["alertname"], one["subject"]) for one in alerts if one["state"] == "firing"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_everything_ends_with_it(tmp_path: Path, number: signal.Signals) -> None:
    """A signal ends the demo quietly, and with it both children and their files."""
    with demo(tmp_path, "--terminals", "10") as process:
        url = until(process, r"Page: +(http\S+)")[1]
        assert posmon("status", "--url", url).code in {0, 1, 2}
        children = children_of(process)
        assert set(children) == {"simulate", "run"}
        process.send_signal(number)
        assert process.stderr is not None
        assert process.stderr.read().splitlines()[1:] == []
        assert process.wait(WITHIN_S) == 0
    wait_for_end_of(children.values())
    assert list(tmp_path.iterdir()) == []


def test_killed_demo_leaves_no_process(tmp_path: Path) -> None:
    """Even a demo that is killed takes its children with it."""
    with demo(tmp_path, "--terminals", "10") as process:
        until(process, "Page: ")
        children = children_of(process)
        process.kill()
        process.wait(WITHIN_S)
    wait_for_end_of(children.values())


@pytest.mark.parametrize("name", ["run", "simulate"])
def test_dead_child_is_reported(tmp_path: Path, name: str) -> None:
    """When a part of it dies, the demo ends with an error that has the part's last words."""
    with demo(tmp_path, "--terminals", "10") as process:
        until(process, "Page: ")
        children = children_of(process)
        os.kill(children[name], signal.SIGKILL)
        assert process.stderr is not None
        errors = process.stderr.read()
        assert process.wait(WITHIN_S) == 1
    assert f"Error: 'posmon {name}' ended by SIGKILL:\n  " in errors
    assert "Traceback" not in errors
    wait_for_end_of(children.values())


def test_taken_port() -> None:
    """A port that somebody has is named at once, with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = posmon("demo", "--port", port)
    assert ended.code == 1
    assert ended.err == (
        f"Error: port {port} cannot be used (Address already in use); is another posmon running? "
        "Choose another with --port\n"
    )


def test_on_a_terminal(tmp_path: Path) -> None:
    """A person sees a living screen with the page's address, and gets the old screen back."""
    arguments = ["demo", "--port", "0", "--terminals", "10"]
    with Terminal(*arguments, lines=40, TMPDIR=str(tmp_path)) as terminal:
        terminal.until(ENTER_SCREEN)
        terminal.until("Page:     http://127.0.0.1:")
        terminal.until("Ctrl-C ends it.")
        terminal.until(" of 10 terminals")
        terminal.until(" of 10 terminals")
        assert terminal.end(signal.SIGINT) == 0
        assert LEAVE_SCREEN in terminal.seen
        assert "Traceback" not in terminal.seen


def test_alertmanager_must_be_a_url() -> None:
    """A mistyped Alertmanager is told before anything starts."""
    ended = posmon("demo", "--alertmanager", "localhost:9093")
    assert ended.code == 2
    assert "Invalid value for '--alertmanager'" in ended.err
