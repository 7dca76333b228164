"""What the recording of polls takes, and how fast it is read back."""

import json
from pathlib import Path

from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import NotMeasured, last_words, python, running

TERMINALS = 3_000
NAMES = {
    "bytes_per_terminal_day": "recording of a terminal-day, polled every 30 s",
    "readings_per_s": "recorded readings read back a second, one core",
    "packing_us": "processor time of a thread for each recorded poll",
}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Pack and unpack an hour of a fleet in a process of its own."""
    notebook = Notebook()
    for _ in range(plan.repetitions):
        with notebook.watching(*NAMES.values()):
            say("recording")
            measured = _measured(directory)
            for key, name in NAMES.items():
                notebook.note(name, measured[key])
    return [
        notebook.figure(NAMES["bytes_per_terminal_day"], "B"),
        notebook.figure(NAMES["readings_per_s"], "/s", Target(value=200_000, at_least=True)),
        notebook.figure(NAMES["packing_us"], "us"),
    ]


def _measured(directory: Path) -> dict[str, float]:
    log = directory / "recording.log"
    with running(python("bench.programs.recording_speed", TERMINALS), log=log, speaks=True) as process:
        said, _ = process.communicate()
    if process.returncode:
        raise NotMeasured(f"the recording was not measured: {last_words(log)}")
    measured: dict[str, float] = json.loads(said)
    return measured
