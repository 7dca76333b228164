from pathlib import Path

from monitor.adapters.collectors.http_json.keep_alive import LOSSES
from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import GOOD, Visit, serving

POLLS = 6


async def resets_what_it_kept(visit: Visit) -> None:
    """Answer one request, promise to keep the connection, and drop it at the next."""
    await visit.request()
    await visit.send(GOOD)
    await visit.request()
    visit.reset()


async def closes_what_it_kept(visit: Visit) -> None:
    """Do the same with an orderly end."""
    await visit.request()
    await visit.send(GOOD)
    await visit.request()


async def forgets_what_it_kept(visit: Visit) -> None:
    """Answer one request, then be as a terminal that lost its power: no answer, and no reset."""
    await visit.request()
    await visit.send(GOOD)
    await visit.hang()


async def resets(visit: Visit) -> None:
    """Answer one request ever, and drop every connection after that."""
    await visit.request()
    if visit.number == 1:
        await visit.send(GOOD)
        await visit.request()
    visit.reset()


async def test_a_kept_connection_that_is_gone_is_asked_again_once(tmp_path: Path) -> None:
    """A terminal that drops what it kept is well: the poll is made over a new connection, at once."""
    async with serving(resets_what_it_kept) as first, serving(closes_what_it_kept) as second:
        bad = [bad_terminal("resets", first.url()), bad_terminal("closes", second.url())]
        async with neighbourhood(tmp_path, *bad, polling={"keep_alive": "always"}) as here:

            async def is_polled() -> bool:
                return min(first.visits, second.visits) >= POLLS

            await here.until(is_polled, "polls over new connections")
            await here.is_served()
            samples = await here.samples()
            results = [one for one in samples if one.name == "posmon_polls_total" and one.value]
            assert [one.labels["result"] for one in results] == ["ok"]


async def test_a_lost_connection_costs_one_poll(tmp_path: Path) -> None:
    """What resets new connections too is not asked a third time, and a mute one is not kept for ever."""
    async with serving(resets) as server, serving(forgets_what_it_kept) as mute:
        bad = [bad_terminal("resets", server.url()), bad_terminal("mute", mute.url())]
        async with neighbourhood(tmp_path, *bad, detectors={"TerminalOffline": {"for": "0s"}}) as here:

            async def is_polled() -> bool:
                return mute.visits >= POLLS

            await here.until(is_polled, "polls over new connections")
            await here.until_polled_as("reset", "resets", failures=POLLS)
            await here.is_served()
            failed = await here.value("posmon_polls_total", result="reset")
            # One visit carried the good poll, one was the trial of `keep_alive: auto`, and one may be under
            # way and not counted yet. Asking a third time would double them.
            assert server.visits <= failed + 3
            assert await here.value("posmon_polls_total", result="timeout") <= LOSSES
            assert await here.posmon.firing() >= {("TerminalOffline", "resets")}
            assert ("TerminalOffline", "mute") not in await here.posmon.firing()
