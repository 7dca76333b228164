from pathlib import Path

from tests.faults.name_server import asking, name_server
from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import GOOD, Visit, answers, serving

OF_EACH = 30
REAL_OF_EACH = 12
ID = "namedone"
BAD_ZONES = ("hangs", "fails", "broken", "garbage", "empty", "rebinds")


async def test_names_that_fail_or_hang_harm_nobody(tmp_path: Path) -> None:
    """Both come to `dns`; look-ups that hang fill threads of their own, few and no more."""
    names = [f"{number}.{kind}.test" for kind in ("fails", "hangs") for number in range(OF_EACH)]
    async with serving(answers) as server:
        bad = [bad_terminal(name, f"http://{name}:{server.port}/") for name in names]
        async with neighbourhood(tmp_path, *bad, module="tests.faults.bad_names") as here:
            await here.until_polled_as("dns", *names, failures=4)
            await here.is_served()
            assert here.figure("Threads") < OF_EACH
            assert server.visits == 0


async def answers_by_its_id(visit: Visit) -> None:
    """Answer well, over a new connection each time, so that the name is looked up again and again."""
    await visit.request()
    await visit.send(GOOD.replace(b"70000001", ID.encode()).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))


async def test_a_name_server_in_every_bad_state_harms_nobody(tmp_path: Path) -> None:
    """Real look-ups: what hangs, fails, is garbled or leads where nothing may go comes to `dns`."""
    names = [f"{number}.{zone}.test" for zone in BAD_ZONES for number in range(REAL_OF_EACH)]
    async with serving(answers_by_its_id) as server, name_server() as (dns, address):
        within = asking(address, tmp_path)
        bad = [bad_terminal(name, f"http://{name}:{server.port}/") for name in names]
        good = bad_terminal(ID, f"http://one.works.test:{server.port}/")
        async with neighbourhood(tmp_path, *bad, good, within=within) as here:
            await here.until_polled_as("ok", ID)
            await here.until_polled_as("dns", *names, failures=2)
            await here.is_served()
            assert (await here.last_poll(ID))["outcome"] == "ok"
            assert here.figure("Threads") < len(names)
            assert dns.asked.keys() >= {*BAD_ZONES, "works"}
            assert len({head.partition(b"Host: ")[2].partition(b":")[0] for head in server.requests}) == 1
