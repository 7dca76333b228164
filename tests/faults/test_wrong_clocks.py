from pathlib import Path

from monitor.adapters.system import SystemClock
from monitor.domain.instant import rfc3339
from tests.faults.neighbourhood import neighbourhood
from tests.faults.odd_terminals import odd_terminals

DETECTORS = {"ClockSkew": {"for": "0s"}, "MonitorClockSkew": {"for": "0s"}}
ZONE_S = 8 * 3600


async def test_wrong_clocks_do_not_outvote_posmon(tmp_path: Path) -> None:
    """Most of a small fleet show 1970 or send local time as UTC: a push that is timed rightly is taken."""

    def now() -> float:
        return SystemClock().now().wall

    async with odd_terminals() as odd:
        rows = [odd.add(f"7000000{n}", lambda _at: {"sent_at": rfc3339(now() + ZONE_S)}) for n in range(4)]
        rows += [odd.add(f"7000001{n}", lambda _at: {"sent_at": "1970-01-01T00:00:07Z"}) for n in range(4)]
        rows += [odd.add("70000020", lambda _at: {"sent_at": rfc3339(now())})]
        async with neighbourhood(tmp_path, *rows, healthy=1, detectors=DETECTORS) as here:
            wrong = [row.terminal_id for row in rows[:-1]]
            await here.posmon.until_firing(*(("ClockSkew", one) for one in wrong))
            event = {"id": "e1", "at": rfc3339(now()), "type": "operator_login"}
            document = {"terminal_id": "70000020", "events": [event | {"operator_id": "1", "success": True}]}
            url = f"{here.posmon.url}/api/v1/events"
            async with here.posmon.session.post(url, json=document) as response:
                assert (await response.json())["accepted"] == 1
            assert await here.posmon.firing() == {("ClockSkew", one) for one in wrong}
            assert await here.value("posmon_clock_ahead_seconds") == 0
            alerts = (await here.posmon.get("/api/v1/alerts"))["alerts"]
            said = {one["labels"].get("terminal_id"): one["annotations"]["summary"] for one in alerts}
            assert said["70000000"].endswith("8 h ahead: local time sent as UTC?")
