"""What a million events cost to count and to remember."""

import json
from pathlib import Path

from bench.figures import Figure, Target
from bench.notebook import Notebook, say
from bench.plan import Plan
from bench.processes import NotMeasured, last_words, python, running

LARGE_FLEET = 100_000
LARGE = "events counted a second, one core, of 100 000 terminals"
NAMES = {
    "events_per_s": "events counted a second, one core",
    "bytes_per_event": "memory per event of the last day",
    "repeated_list_us": "20 events that are known already",
}


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Count events in a process of its own."""
    notebook = Notebook()
    for _ in range(plan.repetitions):
        with notebook.watching(*NAMES.values()):
            say("events")
            counted = _counted(directory)
            for key, name in NAMES.items():
                notebook.note(name, counted[key])
    with notebook.watching(LARGE):
        say(LARGE)
        notebook.note(LARGE, _counted(directory, LARGE_FLEET)["events_per_s"])
    return [
        notebook.figure(NAMES["events_per_s"], "/s", Target(value=50_000, at_least=True)),
        notebook.figure(LARGE, "/s"),
        notebook.figure(NAMES["bytes_per_event"], "B"),
        notebook.figure(NAMES["repeated_list_us"], "us"),
    ]


def _counted(directory: Path, *terminals: int) -> dict[str, float]:
    log = directory / "events.log"
    with running(python("bench.programs.event_counting", *terminals), log=log, speaks=True) as process:
        said, _ = process.communicate()
    if process.returncode:
        raise NotMeasured(f"the events were not counted: {last_words(log)}")
    counted: dict[str, float] = json.loads(said)
    return counted
