"""Reports in the shell: the real web side behind the real command."""

import asyncio
import json
from pathlib import Path

from tests.fleets import make_fleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.web.site import Site, serving
from tests.reports import FakeReports
from tests.unit.views.availability_report.test_workbook import sheets_of


async def command(site: Site, *arguments: str) -> Ended:
    """Run `posmon report availability` while the site answers."""
    env = {"POSMON_URL": site.url}
    return await asyncio.to_thread(posmon, "report", "availability", *arguments, env=env)


async def test_a_report_is_shown_within_80_columns() -> None:
    """What lost most comes first, the whole last; nothing of a name is markup."""
    async with serving(make_fleet(1), reports=FakeReports()) as site:
        ended = await command(site, "--from", "2026-11-01", "--to", "2026-11-08")
        chinese = await command(site, "--lang", "zh")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0] == "2026-11-01T00:00:00.000Z to 2026-11-08T00:00:00.000Z (UTC)"
    assert lines[1].split() == ["SITE", "AVAILABILITY", "SERVICE", "KNOWN", "DOWN", "OUTAGES", "REPAIR"]
    assert lines[2].startswith("=HYPERLINK(1)")
    assert max(map(len, lines)) <= 80
    assert "PaperOut" in ended.out
    assert "可用率" in chinese.out


async def test_a_report_is_written_in_every_form(tmp_path: Path) -> None:
    """To a file or to standard output."""
    async with serving(make_fleet(1), reports=FakeReports()) as site:
        file = tmp_path / "report.xlsx"
        assert (await command(site, "-o", "xlsx", "--file", str(file))).code == 0
        assert "Worst" in sheets_of(file.read_bytes())
        assert (
            (await command(site, "-o", "csv")).out.lstrip("\ufeff").startswith("key,terminals,availability")
        )
        assert json.loads((await command(site, "-o", "json")).out)["by"] == "site"
        assert (await command(site, "-o", "html")).out.rstrip().endswith("</html>")


async def test_what_cannot_be_reported_is_said() -> None:
    """With the exit code of its kind."""
    async with serving(make_fleet(1), reports=FakeReports()) as site:
        future = await command(site, "--from", "2199-01-01")
        assert (future.code, "lies in the future" in future.err) == (1, True)
        assert (await command(site, "--by", "moon")).code == 2
        assert (await command(site, "--file", "x")).code == 2
    async with serving(make_fleet(1), reports=FakeReports(rows=())) as site:
        assert "Nothing was watched in this period." in (await command(site)).out
