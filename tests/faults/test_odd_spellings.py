from pathlib import Path

from tests.faults.neighbourhood import neighbourhood
from tests.faults.odd_terminals import odd_terminals


async def test_a_spelling_is_no_other_device(tmp_path: Path) -> None:
    """Other capitals, blanks or zeros in serial numbers and ids are named as such; a new number is not."""
    async with odd_terminals() as odd:
        rows = [
            odd.add("small", lambda _at: {"serial_number": "n910-00012345"}, serial_number="N910-00012345"),
            odd.add("zeros", lambda _at: {"serial_number": "12345"}, serial_number="00012345"),
            odd.add("new", lambda _at: {"serial_number": "N910-99999999"}, serial_number="N910-00012346"),
            odd.add("id01", lambda _at: {"terminal_id": "ID01"}),
        ]
        async with neighbourhood(tmp_path, *rows, healthy=3) as here:
            expected = {
                ("SerialNumberSpelling", "small"),
                ("SerialNumberSpelling", "zeros"),
                ("TerminalIdMismatch", "new"),
                ("TerminalIdMismatch", "id01"),
            }
            await here.posmon.until_firing(*expected)
            assert await here.posmon.firing() == expected
            alerts = (await here.posmon.get("/api/v1/alerts"))["alerts"]
            causes = {
                alert["labels"]["terminal_id"]: alert["annotations"]["cause"]
                for alert in alerts
                if "terminal_id" in alert["labels"]
            }
            for terminal_id in ("small", "zeros", "id01"):
                assert "the inventory writes it differently (9" in causes[terminal_id]
                assert "only case, blanks or leading zeros differ" in causes[terminal_id]
            assert "the device was replaced" in causes["new"]
