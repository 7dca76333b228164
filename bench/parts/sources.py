"""Sources: a cloud's list of terminals, and the messages of an MQTT broker."""

import json
import shutil
import time
from pathlib import Path

from bench import fleet
from bench.daemon import launched, refuse_bad_polls
from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import (
    NotMeasured,
    cpu_us_per_poll,
    free_port,
    last_words,
    python,
    running,
    wait_until_answers,
)

CLOUD_TERMINALS = 100_000
MESSAGES = 100_000
RATE = 14_000
"""Messages a second: more than the target, and less than one core can take."""

DAEMON_TERMINALS = 20_000
DAEMON_INTERVAL_S = 10.0

PER_TERMINAL = "a cloud's page: CPU per terminal"
WHOLE_LIST = "a cloud's list of 100 000 terminals, complete"
LIST_LAG = "worst lag of the event loop meanwhile"
IN_THE_DAEMON = "a cloud's terminals, end to end in the daemon: CPU per terminal"
PER_MESSAGE = "MQTT: CPU per message"
MESSAGES_PER_S = "MQTT: messages a second"


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Read a long list and many messages, each in a process of its own."""
    notebook = Notebook()
    for _ in range(plan.repetitions):
        with notebook.watching(PER_TERMINAL, WHOLE_LIST, LIST_LAG):
            say("a cloud's list")
            read = _cloud(directory)
            notebook.note(PER_TERMINAL, read["cpu_us"])
            notebook.note(WHOLE_LIST, read["took_s"])
            notebook.note(LIST_LAG, read["lag_ms"])
        with notebook.watching(IN_THE_DAEMON):
            say("a cloud's terminals in the daemon")
            notebook.note(IN_THE_DAEMON, _daemon(directory))
        with notebook.watching(PER_MESSAGE, MESSAGES_PER_S):
            say("a broker's messages")
            heard = _broker(directory)
            notebook.note(PER_MESSAGE, heard["cpu_us"])
            notebook.note(MESSAGES_PER_S, heard["per_s"])
    return [
        notebook.figure(PER_TERMINAL, "us", Target(value=40)),
        notebook.figure(IN_THE_DAEMON, "us", Target(value=40)),
        notebook.figure(WHOLE_LIST, "s", Target(value=60)),
        notebook.figure(LIST_LAG, "ms", Target(value=50)),
        notebook.figure(PER_MESSAGE, "us"),
        notebook.figure(MESSAGES_PER_S, "/s", Target(value=10_000, at_least=True)),
    ]


def _cloud(directory: Path) -> dict[str, float]:
    port = free_port()
    server = python("bench.programs.cloud_server", CLOUD_TERMINALS, port)
    with running(server, log=directory / "cloud.log") as process:
        wait_until_answers(process, port, "/v1/terminal/readers", within_s=30.0)
        return _read(directory, "cloud", port, CLOUD_TERMINALS)


def _daemon(directory: Path) -> float:
    """Return what a terminal costs from the cloud's page to its verdicts, once each round."""
    port = free_port()
    source = {
        "name": "bench",
        "kind": "stripe",
        "url": f"http://127.0.0.1:{port}",
        "api_key": "any",
        "interval": f"{DAEMON_INTERVAL_S:g}s",
        "allowed_networks": ["127.0.0.0/8"],
    }
    rows = [fleet.HEADER, *(fleet.row(one, f"bench:tmr_{one:08}") for one in range(DAEMON_TERMINALS))]
    server = python("bench.programs.cloud_server", DAEMON_TERMINALS, port)
    with running(server, log=directory / "cloud.log") as process:
        wait_until_answers(process, port, "/v1/terminal/readers", within_s=30.0)
        settings = {"sources": [source]}
        with launched(rows, under=directory, interval_s=DAEMON_INTERVAL_S, settings=settings) as posmon:
            time.sleep(DAEMON_INTERVAL_S + 2)  # every terminal was met once
            rate = DAEMON_TERMINALS / DAEMON_INTERVAL_S
            used = cpu_us_per_poll([posmon.pid], posmon.polls, window_s=2 * DAEMON_INTERVAL_S, rate=rate)
            refuse_bad_polls(posmon)
            return used


def _broker(directory: Path) -> dict[str, float]:
    binary = shutil.which("mosquitto")
    if binary is None:
        raise NotMeasured("mosquitto is not installed")
    port = free_port()
    config = directory / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nmax_queued_messages 0\n")
    reader = python("bench.programs.source_reading", "broker", port, MESSAGES)
    log = directory / "source.log"
    with (
        running([binary, "-c", str(config)], log=directory / "mosquitto.log"),
        running(reader, log=log, speaks=True) as process,
    ):
        assert process.stdout is not None
        if process.stdout.readline().strip() != "listening":
            raise NotMeasured(f"the broker is not heard: {last_words(log)}")
        publisher = python("bench.programs.publisher", port, MESSAGES, RATE)
        with running(publisher, log=directory / "publisher.log"):
            said = process.communicate()[0]
    return _figures(said, log)


def _read(directory: Path, *words: object) -> dict[str, float]:
    log = directory / "source.log"
    with running(python("bench.programs.source_reading", *words), log=log, speaks=True) as process:
        said, _ = process.communicate()
    return _figures(said, log)


def _figures(said: str, log: Path) -> dict[str, float]:
    lines = said.strip().splitlines()
    if not lines:
        raise NotMeasured(f"the source was not read: {last_words(log)}")
    figures: dict[str, float] = json.loads(lines[-1])
    return figures
