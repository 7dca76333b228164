from collections.abc import Mapping
from pathlib import Path

from tests.faults.neighbourhood import Neighbourhood, neighbourhood
from tests.faults.unsteady_clock import AHEAD

HOUR_S = 3600.0
JUMPS_S = (HOUR_S, -HOUR_S)
DETECTORS = {
    "PaperOut": {"for": "10m"},
    "TerminalTampered": {"keep_firing_for": "10m"},
    "RegistrationLost": {"for": "1s", "keep_firing_for": "500ms"},
    "ClockSkew": {"for": "0s"},
}


async def steps(here: Neighbourhood, to: str) -> Mapping[str, int]:
    """Return how often each alert has stepped to a state, the watchdog left out."""
    return {
        one.labels["alertname"]: int(one.value)
        for one in await here.samples()
        if one.name == "posmon_alert_transitions_total" and one.value
        if one.labels["to"] == to and one.labels["alertname"] != "Watchdog"
    }


async def test_a_jump_of_the_wall_clock_moves_no_alert(tmp_path: Path) -> None:
    """No hold is cut short or drawn out, nothing fires or resolves for it, and no clock is accused."""
    module = "tests.faults.unsteady_clock"
    async with neighbourhood(tmp_path, stricken=3, module=module, detectors=DETECTORS) as here:
        pending, kept, ill = here.stricken
        here.fleet.set_fault(pending, "paper_out")
        here.fleet.set_fault(kept, "tampered")
        await here.posmon.until_firing(("TerminalTampered", kept))
        here.fleet.clear(kept)
        for jump_s in JUMPS_S:
            (tmp_path / "new").write_text(str(jump_s))
            (tmp_path / "new").rename(tmp_path / AHEAD)
            here.fleet.set_fault(ill, "unregistered")
            await here.posmon.until_firing(("RegistrationLost", ill))
            here.fleet.clear(ill)
            await here.posmon.until(lambda firing: ("RegistrationLost", ill) not in firing, "it resolves")
        await here.is_served()
        assert await steps(here, "firing") == {"TerminalTampered": 1, "RegistrationLost": len(JUMPS_S)}
        assert await steps(here, "resolved") == {"RegistrationLost": len(JUMPS_S)}
        assert await steps(here, "pending") == {"PaperOut": 1, "RegistrationLost": len(JUMPS_S)}
        assert await steps(here, "inactive") == {}
