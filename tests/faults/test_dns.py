from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import answers, serving

OF_EACH = 30


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
