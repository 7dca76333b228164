"""Device records in the shell: the real web side behind the real command."""

import asyncio
import csv
import getpass
import json

from tests.fleets import make_fleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.web.site import Site, serving
from tests.integration.web.test_device_record import record_of


async def command(site: Site, *arguments: str, **env: str) -> Ended:
    """Run `posmon record` while the site answers."""
    return await asyncio.to_thread(posmon, "record", *arguments, env={"POSMON_URL": site.url} | env)


async def test_a_line_is_written_and_shown() -> None:
    """Its author is the user; a table, JSON and CSV have it, and nothing of it is markup."""
    async with record_of(make_fleet(1)) as site:
        empty = await command(site, "10000000")
        assert (empty.code, empty.out) == (0, "Nothing is written down yet.\n")
        made = await command(site, "10000000", "repair", "display [red]replaced[/red], 工单 4711")
        assert (made.code, made.out) == (0, "Written into the device record of 10000000.\n")
        table = (await command(site, "10000000")).out
        assert "repair: display [red]replaced[/red], 工单 4711" in table
        assert f"{getpass.getuser()} (cli)" in table
        assert max(map(len, table.splitlines())) <= 80
        assert "维修: display" in (await command(site, "10000000", "--lang", "zh")).out
        (entry,) = json.loads((await command(site, "10000000", "-o", "json")).out)["entries"]
        assert (entry["kind"], entry["via"]) == ("repair", "cli")
        rows = list(csv.DictReader((await command(site, "10000000", "-o", "csv")).out.splitlines()))
        assert [row["text"] for row in rows] == [entry["text"]]


async def test_what_happened_earlier_says_when() -> None:
    """As a time with its offset, or as a time of day, which is the last such."""
    async with record_of(make_fleet(1)) as site:
        then = "2026-11-01T10:00:00+08:00"
        assert (await command(site, "10000000", "inspection", "seals whole", "--at", then)).code == 0
        assert (await command(site, "10000000", "note", "yesterday or today", "--at", "00:00")).code == 0
        found = json.loads((await command(site, "10000000", "-o", "json")).out)["entries"]
        now = json.loads((await command(site, "10000000", "note", "now", "-o", "json")).out)["noted_at"]
    assert found[1]["at"] == "2026-11-01T02:00:00.000Z"
    assert found[1]["at"] < found[0]["at"] <= now


async def test_what_cannot_be_done_is_said() -> None:
    """With the exit code of its kind."""
    async with record_of(make_fleet(1)) as site:
        future = await command(site, "10000000", "note", "x", "--at", "2199-01-01T00:00Z")
        assert (future.code, "in the future" in future.err) == (1, True)
        unknown = await command(site, "99999999", "note", "x")
        assert (unknown.code, "no terminal of that id" in unknown.err) == (1, True)
        assert (await command(site, "99999999")).code == 3
        wrong = await command(site, "10000000", "party", "x")
        assert (wrong.code, "is none of note, purchase" in wrong.err) == (2, True)
        silent = await command(site, "10000000", "repair")
        assert (silent.code, "say what happened" in silent.err) == (2, True)
        assert (await command(site, "10000000", "--at", "10:00")).code == 2
    async with serving(make_fleet(1)) as site:
        assert (await command(site, "10000000", "note", "x")).code == 3
