import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.crash.journal import Step, journal_of
from tests.crash.verdict import FIRING, Receiver, impossible_steps, resolved_unseen, stories
from tests.crash.victim import RESTLESS, SILENT, SOUND, TAMPERED, WITHOUT_PAPER
from tests.crash.witness import notes

KILLS = int(os.environ.get("CRASH_KILLS", "10"))
"""`make crash-test` asks for more."""

ROUND_S = 5.0
SUPPRESSED = {("TerminalOffline", f"{10_000_000 + number}") for number in SILENT}
ILL = {
    "TerminalTampered": TAMPERED,
    "PaperOut": WITHOUT_PAPER,
    "TerminalOffline": SILENT,
}


async def kill(folder: Path, *, kills: int, seed: int) -> None:
    """Let so many runs of posmon's middle be killed at random moments, and the last one end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.rounds", str(folder), str(kills), str(seed),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60 + ROUND_S * kills):
        _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is left after all kills; that no acknowledged step is lost was seen after each."""
    folder = tmp_path_factory.mktemp("killed")
    asyncio.run(kill(folder, kills=KILLS, seed=KILLS))
    return folder


def lives(steps: list[Step], alertname: str) -> dict[str, int]:
    """Return how often each subject's alert has fired."""
    fired = {
        subject: sum(step.state == FIRING for step in story)
        for (name, subject), story in stories(steps).items()
        if name == alertname
    }
    return {subject: times for subject, times in fired.items() if times}


def test_the_kills_hit_a_busy_posmon(killed: Path) -> None:
    """Or else the other tests prove nothing."""
    acknowledged = sum(1 for _ in notes(killed / "testimony", "committed"))
    assert len(list(notes(killed / "testimony", "killed"))) == KILLS
    assert acknowledged > 10 * KILLS
    assert {said["state"] for said in notes(killed / "testimony", "committed")} >= {FIRING, "resolved"}


def test_every_acknowledged_step_is_there_and_no_other_is_torn(killed: Path) -> None:
    """The file is sound, what was acknowledged is in it, and each alert's steps are a life cycle's."""
    steps = journal_of(killed)
    kept = {(step.name, step.subject, step.state, step.at) for step in steps}
    for said in notes(killed / "testimony", "committed"):
        assert (said["name"], said["subject"], said["state"], said["at"]) in kept
    assert list(impossible_steps(steps)) == []


def test_no_alert_resolves_without_a_recovery_that_was_seen(killed: Path) -> None:
    """A restart is no recovery."""
    steps = journal_of(killed)
    assert list(resolved_unseen(steps, notes(killed / "testimony", "polled"))) == []


def test_what_was_ill_all_the_time_fired_once(killed: Path) -> None:
    """Under one beginning, held as long as it should be, over all runs."""
    steps = journal_of(killed)
    for alertname, numbers in ILL.items():
        fired = lives(steps, alertname)
        assert {fired.get(f"{10_000_000 + number}") for number in numbers} == {1}, alertname
    assert lives(steps, "SiteOffline") == {"/site/far": 1}
    assert lives(steps, "Watchdog") == {"/posmon": 1}
    restless = {f"{10_000_000 + number}" for number in RESTLESS}
    sound = {f"{10_000_000 + number}" for number in SOUND}
    assert sound.isdisjoint(subject for _, subject in stories(steps))
    assert restless & lives(steps, "TerminalTampered").keys()


@pytest.mark.parametrize("sink", ["there", "away"])
def test_every_receiver_knows_the_truth_in_the_end(killed: Path, sink: str) -> None:
    """Be it that it was away all the time; and it never heard of what was suppressed."""
    receiver = Receiver.named(sink, notes(killed / "testimony", "taken"))
    assert list(receiver.mistold(journal_of(killed), untold=SUPPRESSED)) == []
