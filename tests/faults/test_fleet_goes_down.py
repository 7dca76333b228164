from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.alertmanagers import RealAlertmanager, real_alertmanager
from tests.faults.neighbourhood import Neighbourhood, neighbourhood

AT_THE_SITE = 15
DETECTORS = {
    "TerminalOffline": {"for": "2s"},
    "SiteOffline": {"for": "1s", "keep_firing_for": "1s"},
    "FleetUnreachable": {"for": "1s", "keep_firing_for": "1s"},
}

Pages = Counter[tuple[str, str]]


@asynccontextmanager
async def pager(folder: Path) -> AsyncIterator[tuple[RealAlertmanager, Pages]]:
    """Run an Alertmanager; yields it and the pages that it has sent, by alert name and status."""
    pages: Pages = Counter()

    async def take(asked: web.Request) -> web.Response:
        for alert in (await asked.json())["alerts"]:
            pages[alert["labels"]["alertname"], alert["status"]] += 1
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    async with TestServer(app) as server:
        webhook = str(server.make_url("/"))
        async with real_alertmanager(folder / "alertmanager", webhook=webhook) as alertmanager:
            yield alertmanager, pages


async def held(alertmanager: RealAlertmanager) -> Counter[str]:
    """Return the names of the alerts that an Alertmanager has for firing."""
    async with ClientSession() as session, session.get(f"{alertmanager.url}/api/v2/alerts") as answer:
        return Counter(alert["labels"]["alertname"] for alert in await answer.json())


async def strike(here: Neighbourhood, terminal_ids: Iterable[str], cause: str) -> None:
    """Make terminals unreachable, half of them by silence, until each has an alert and `cause` is paged."""
    offline = []
    for number, terminal_id in enumerate(terminal_ids):
        here.fleet.set_fault(terminal_id, "hang" if number % 2 else "reset")
        offline.append(("TerminalOffline", terminal_id))
    await here.posmon.until_firing(*offline)
    await here.posmon.until(lambda firing: cause in {name for name, _ in firing}, f"{cause} fires")


async def heal(here: Neighbourhood, pages: Pages, cause: str) -> None:
    """Make everybody well, and wait until that is paged."""
    for terminal_id in (*here.stricken, *here.healthy):
        here.fleet.clear(terminal_id)

    async def is_over() -> bool:
        return bool(pages[cause, "resolved"])

    await here.until(is_over, f"{cause} is resolved")
    await here.posmon.until_quiet()


async def test_a_dead_site_and_a_dead_fleet_are_one_page_each(tmp_path: Path) -> None:
    """Alertmanager holds the outage and none of its terminals', and pages once for it, once for its end."""
    async with pager(tmp_path) as (alertmanager, pages):
        alerting = {"alertmanagers": [alertmanager.url], "resend_interval": "2s"}
        async with neighbourhood(
            tmp_path,
            stricken=AT_THE_SITE,
            site_of=lambda number: "far" if number < AT_THE_SITE else f"near-{number}",
            alerting=alerting,
            detectors=DETECTORS,
        ) as here:
            await strike(here, here.stricken, "SiteOffline")
            await here.is_served()
            assert await held(alertmanager) == Counter(SiteOffline=1, Watchdog=1)
            await heal(here, pages, "SiteOffline")

            await strike(here, (*here.stricken, *here.healthy), "FleetUnreachable")

            async def is_held() -> bool:
                return await held(alertmanager) == Counter(FleetUnreachable=1, Watchdog=1)

            await here.until(is_held, "Alertmanager holds the fleet's outage alone")
            await heal(here, pages, "FleetUnreachable")

            await here.is_served()
            assert await held(alertmanager) == Counter(Watchdog=1)
        expected = Counter({("Watchdog", "firing"): 1})
        for cause in ("SiteOffline", "FleetUnreachable"):
            expected[cause, "firing"] = expected[cause, "resolved"] = 1
        assert pages == expected
