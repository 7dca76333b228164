from pathlib import Path

from aiohttp import web

from tests.faults.neighbourhood import neighbourhood
from tests.faults.odd_terminals import odd_terminals

QUICK = {
    "TerminalOffline": {"for": "2s"},
    "SiteOffline": {"for": "1s"},
    "FleetUnreachable": {"for": "1s"},
    "WrongAnswers": {"for": "3s"},
}


async def test_a_portal_that_answers_for_a_shop_is_no_dead_line(tmp_path: Path) -> None:
    """Every terminal of the shop is redirected: one alert of the shop, which names no line and no router."""
    async with odd_terminals() as odd:
        rows = [
            odd.add(
                f"7000000{number}",
                lambda _at: web.Response(status=302, headers={"Location": "http://portal.example/"}),
                site="North",
            )
            for number in range(4)
        ]
        async with neighbourhood(tmp_path, *rows, healthy=10, detectors=QUICK) as here:
            await here.posmon.until_firing(("WrongAnswers", "North"))
            alerts = (await here.posmon.get("/api/v1/alerts"))["alerts"]
            told = {
                (one["labels"]["alertname"], one["labels"].get("site"))
                for one in alerts
                if one["state"] == "firing" and not one["suppressed_by"]
            }
            assert told == {("WrongAnswers", "North"), ("Watchdog", None)}
            (wrong,) = (one for one in alerts if one["labels"]["alertname"] == "WrongAnswers")
            assert "a proxy, portal or firewall that answers in their place" in wrong["annotations"]["cause"]
            await here.is_served()


async def test_an_update_that_breaks_a_fleet_is_one_alert(tmp_path: Path) -> None:
    """Terminals of many sites answer 503 at once: posmon suspects neither its own link nor theirs."""
    is_updated = False

    def answers(_at: float) -> dict[str, str] | web.Response:
        return web.Response(status=503) if is_updated else {"model": "N910"}

    async with odd_terminals() as odd:
        rows = [odd.add(f"700000{number:02}", answers) for number in range(40)]
        async with neighbourhood(tmp_path, *rows, healthy=10, detectors=QUICK) as here:
            await here.until_polled_as("ok", "70000039")
            is_updated = True
            await here.posmon.until_firing(("WrongAnswers", ""))
            alerts = (await here.posmon.get("/api/v1/alerts"))["alerts"]
            names = {one["labels"]["alertname"] for one in alerts if not one["suppressed_by"]}
            assert names == {"WrongAnswers", "Watchdog"}
