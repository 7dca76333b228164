from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import GOOD, Script, Visit, answers, serving

STATUSES = (300, 301, 302, 303, 307, 308)


def redirecting(location: str) -> Script:
    """Return the script of a terminal that answers `/302` with status 302, and a heartbeat with it."""

    async def script(visit: Visit) -> None:
        while True:
            status = (await visit.request())[5:8]
            head, _, body = GOOD.partition(b"\r\n\r\n")
            fields = head.partition(b"\r\n")[2]
            lines = (b"HTTP/1.1 " + status + b" Elsewhere", f"Location: {location}".encode(), fields)
            await visit.send(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    return script


async def test_a_redirect_is_never_followed(tmp_path: Path) -> None:
    """Not even to where polling is allowed; the poll comes to `redirect`, heartbeat or not."""
    async with serving(answers) as victim, serving(redirecting(victim.url())) as server:
        bad = [bad_terminal(f"{status}", f"http://127.0.0.1:{server.port}/{status}") for status in STATUSES]
        async with neighbourhood(tmp_path, *bad) as here:
            await here.until_polled_as("redirect", *map(str, STATUSES), failures=2)
            await here.is_served()
            assert await here.value("posmon_polls_total", result="redirect") >= 2 * len(STATUSES)
        assert victim.visits == 0
