import json
from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import HEAD, Visit, serving

HOSTILE = (
    'a "shop"',
    "ends with \\",
    '\\" and \\\\" and \\n and \\u000a',
    '"} 1\\nposmon_terminal_up{terminal_id="forged"} 0',
    "# HELP posmon_terminal_up forged",
    "with } # and , = {",
    "朝阳 \N{CARD FILE BOX} e\N{COMBINING ACUTE ACCENT}",
    "'; drop table terminals; --",
)
WORDS = ("merchant_id", "site", "region", "vendor", "model", "serial_number")
STRANGER = "stranger-0001"


async def test_label_values_come_back_as_they_went_in(tmp_path: Path) -> None:
    """A parser reads every value, the terminal's firmware included, and no terminal adds a line or an id."""

    async def script(visit: Visit) -> None:
        while True:
            number = int((await visit.request())[5:].partition(b" ")[0])
            said = {"terminal_id": f"hostile-{number}", "firmware_version": HOSTILE[number - 1]}
            document = said if number else {"terminal_id": STRANGER, "serial_number": STRANGER}
            body = json.dumps(document).encode()
            await visit.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async with serving(script) as server:
        bad = [
            bad_terminal(
                f"hostile-{number}", f"http://127.0.0.1:{server.port}/{number}", **dict.fromkeys(WORDS, text)
            )
            for number, text in enumerate(("somebody else answers", *HOSTILE))
        ]
        async with neighbourhood(tmp_path, *bad) as here:
            await here.until_polled_as("ok", *(terminal.terminal_id for terminal in bad))
            await here.posmon.until_firing(("TerminalIdMismatch", "hostile-0"))
            await here.is_served()
            samples = await here.samples()
            page = await here.posmon.text("/metrics")
        told = {
            one.labels["terminal_id"]: one.labels for one in samples if one.name == "posmon_terminal_info"
        }
        for terminal, firmware in zip(bad, ("", *HOSTILE), strict=True):
            expected = {name: getattr(terminal, name) for name in ("terminal_id", *WORDS)}
            assert told[terminal.terminal_id] == expected | {"firmware_version": firmware}
        assert told.keys() == {*here.healthy, *(terminal.terminal_id for terminal in bad)}
        sites = {one.labels["site"] for one in samples if one.name == "posmon_fleet_terminals"}
        assert sites >= set(HOSTILE)
        assert STRANGER not in page
