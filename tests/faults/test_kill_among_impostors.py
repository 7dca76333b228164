"""Who uses ids that are not theirs is found out over a `kill -9`."""

import asyncio
import sys
from pathlib import Path

from tests.crash.impostors import ALTERNATING, DOUBLED, DURABLE, continued

CONFLICT, PROBING, UNKNOWN = "TerminalIdConflict", "TerminalIdProbing", "UnknownTerminalId"


async def kill_once_durable(folder: Path) -> None:
    """Let a run hear the first half, and kill it as soon as that is durable."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.impostors", str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while (line := await process.stdout.readline()).decode().strip() != DURABLE:
                assert line, "it ended by itself"
    finally:
        process.kill()
        await process.wait()


async def test_alerts_and_their_windows_survive(tmp_path: Path) -> None:
    """What fired goes on, and a third unknown id or the first serial number again is found out."""
    await kill_once_durable(tmp_path)
    async with continued(tmp_path) as run:
        before = {
            (CONFLICT, DOUBLED),
            (PROBING, "/source/guesser"),
            (UNKNOWN, "/source/guesser"),
            (UNKNOWN, "/source/till"),
            ("TerminalIdMismatch", "10000003"),
        }
        assert run.open == before
        run.push("till", "70000002")
        run.say(ALTERNATING, "B")
        assert run.open == before
        run.push("till", "70000003")
        run.say(ALTERNATING, "A")
        assert run.open == before | {(PROBING, "/source/till"), (CONFLICT, ALTERNATING)}
