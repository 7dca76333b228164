"""The machine's clock under the loop that posmon runs on."""

import uvloop

from monitor.adapters.system import SystemClock


def test_no_sleeper_wakes_early_under_uvloop() -> None:
    """Its timers have whole milliseconds and round down; the clock sleeps on."""
    clock = SystemClock()

    async def earliest() -> float:
        slept = []
        for tenths in range(4, 34):
            began = clock.monotonic()
            await clock.sleep(tenths / 10_000)
            slept.append(clock.monotonic() - began - tenths / 10_000)
        return min(slept)

    assert uvloop.run(earliest()) >= 0
