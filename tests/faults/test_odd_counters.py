from itertools import count
from pathlib import Path

from tests.faults.neighbourhood import neighbourhood
from tests.faults.odd_terminals import odd_terminals

MOST_UPTIME_S = 2**32 / 1000
DAY_S = 86_400


async def test_uptimes_that_fall_without_a_restart_raise_nothing(tmp_path: Path) -> None:
    """Counters that wrap, zeros, and processes that answer in turn: only a real restart is named."""
    wraps, turns, zeros = count(), count(), count()
    detectors = {"UnexpectedRestart": {"count": 1}}
    async with odd_terminals() as odd:
        rows = [
            odd.add(
                "wraps",
                lambda at: {"uptime_seconds": int((MOST_UPTIME_S - 3 * next(wraps) + at) % MOST_UPTIME_S)},
            ),
            odd.add("turns", lambda at: {"uptime_seconds": int(at) + (next(turns) % 2) * DAY_S + 9_000}),
            odd.add("zeros", lambda at: {"uptime_seconds": 0 if next(zeros) % 3 == 2 else int(at) + DAY_S}),
            odd.add("restarts", lambda at: {"uptime_seconds": int(at) % 4 + 1 if at > 1 else DAY_S}),
        ]
        async with neighbourhood(tmp_path, *rows, detectors=detectors, healthy=3) as here:
            await here.posmon.until_firing(("UnexpectedRestart", "restarts"))
            await odd.until_polled("turns", odd.polls["turns"] + 12)
            assert await here.posmon.firing() == {("UnexpectedRestart", "restarts")}


async def test_an_empty_battery_is_one_that_was_seen(tmp_path: Path) -> None:
    """A mains device that reports 0 % and no more has no battery; one that had 4 % before is about to go."""
    detectors = {"BatteryCritical": {"for": "0s"}, "BatteryLow": {"for": "0s"}}
    async with odd_terminals() as odd:
        rows = [
            odd.add("mains", lambda _at: {"battery": {"percent": 0}}),
            odd.add("falls", lambda _at: {"battery": {"percent": 4 if odd.polls["falls"] < 4 else 0}}),
            odd.add("says", lambda _at: {"battery": {"percent": 0, "charging": False}}),
        ]
        async with neighbourhood(tmp_path, *rows, detectors=detectors, healthy=3) as here:
            await here.posmon.until_firing(("BatteryCritical", "falls"), ("BatteryCritical", "says"))
            await odd.until_polled("mains", odd.polls["mains"] + 4)
            assert {who for _, who in await here.posmon.firing()} == {"falls", "says"}
