from pathlib import Path

from tests.faults.neighbourhood import neighbourhood
from tests.faults.odd_terminals import odd_terminals

ROUNDS = 8


async def test_two_terminals_whose_addresses_were_swapped_are_no_clones(tmp_path: Path) -> None:
    """Both are told to have a wrong address, neither to be cloned, and all is well once it is mended."""
    is_swapped = False
    one, two = "70000001", "70000002"
    async with odd_terminals() as odd:
        rows = [
            odd.add(one, lambda _at: {"terminal_id": two if is_swapped else one}),
            odd.add(two, lambda _at: {"terminal_id": one if is_swapped else two}),
        ]
        async with neighbourhood(tmp_path, *rows, healthy=3) as here:
            await here.until_polled_as("ok", one, two)
            is_swapped = True
            await here.posmon.until_firing(("TerminalIdMismatch", one), ("TerminalIdMismatch", two))
            await odd.until_polled(two, odd.polls[two] + ROUNDS)
            alerts = (await here.posmon.get("/api/v1/alerts"))["alerts"]
            told = {
                alert["labels"]["alertname"]: alert for alert in alerts if "terminal_id" in alert["labels"]
            }
            assert set(told) == {"TerminalIdMismatch"}
            assert "address or path in the inventory" in told["TerminalIdMismatch"]["annotations"]["cause"]
            is_swapped = False
            await here.posmon.until_quiet()
