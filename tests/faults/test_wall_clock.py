import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.instant import parse_rfc3339
from tests.faults.neighbourhood import Neighbourhood, neighbourhood
from tests.faults.unsteady_clock import AHEAD
from tests.real import require

JUMPED_S = {"+3600": 3600, "-3600": -7200}
"""How far ahead it is set, and how far that is from where it was."""
DETECTORS = {
    "PaperOut": {"for": "10m"},
    "TerminalTampered": {"keep_firing_for": "10m"},
    "RegistrationLost": {"for": "1s", "keep_firing_for": "500ms"},
    "ClockSkew": {"for": "0s"},
}


async def wall_of(here: Neighbourhood) -> float:
    """Return what posmon takes the time to be, in unix seconds."""
    wall = parse_rfc3339((await here.posmon.get("/api/v1/status"))["now"])
    assert wall is not None
    return wall


async def steps(here: Neighbourhood, to: str) -> Mapping[str, int]:
    """Return how often each alert has stepped to a state, the watchdog left out."""
    return {
        one.labels["alertname"]: int(one.value)
        for one in await here.samples()
        if one.name == "posmon_alert_transitions_total" and one.value
        if one.labels["to"] == to and one.labels["alertname"] != "Watchdog"
    }


def faketime(folder: Path) -> dict[str, Any]:
    """Return how to run posmon with another wall clock in every system call, by the program of that name."""
    found = subprocess.run(
        [require("faketime"), "-f", "+0", "printenv", "LD_PRELOAD"],
        capture_output=True,
        text=True,
        check=True,
    )
    (folder / AHEAD).write_text("+0")
    settings = {
        "LD_PRELOAD": found.stdout.strip(),
        "FAKETIME_TIMESTAMP_FILE": folder / AHEAD,
        "FAKETIME_CACHE_DURATION": 1,
        "FAKETIME_DONT_FAKE_MONOTONIC": 1,
    }
    return {"within": ["env", *(f"{name}={value}" for name, value in settings.items())]}


def unsteady(_folder: Path) -> dict[str, Any]:
    """Return how to run posmon with another `time.time`, which needs no program."""
    return {"module": "tests.faults.unsteady_clock"}


@pytest.mark.parametrize("clock", [unsteady, faketime])
async def test_a_jump_of_the_wall_clock_moves_no_alert(clock: Any, tmp_path: Path) -> None:
    """No hold is cut short or drawn out, nothing fires or resolves for it, and no clock is accused."""
    async with neighbourhood(tmp_path, stricken=3, detectors=DETECTORS, **clock(tmp_path)) as here:
        pending, kept, ill = here.stricken
        here.fleet.set_fault(pending, "paper_out")
        here.fleet.set_fault(kept, "tampered")
        await here.posmon.until_firing(("TerminalTampered", kept))
        here.fleet.clear(kept)
        for jump, jumped_s in JUMPED_S.items():
            before = await wall_of(here)
            (tmp_path / "new").write_text(jump)
            (tmp_path / "new").rename(tmp_path / AHEAD)

            async def has_jumped(since: float = before + jumped_s) -> bool:
                return await wall_of(here) == pytest.approx(since, abs=60)

            await here.until(has_jumped, f"the clock to be set by {jump}")
            here.fleet.set_fault(ill, "unregistered")
            await here.posmon.until_firing(("RegistrationLost", ill))
            here.fleet.clear(ill)
            await here.posmon.until(lambda firing: ("RegistrationLost", ill) not in firing, "it resolves")
        await here.is_served()
        assert await steps(here, "firing") == {"TerminalTampered": 1, "RegistrationLost": len(JUMPED_S)}
        assert await steps(here, "resolved") == {"RegistrationLost": len(JUMPED_S)}
        assert await steps(here, "pending") == {"PaperOut": 1, "RegistrationLost": len(JUMPED_S)}
        assert await steps(here, "inactive") == {}
