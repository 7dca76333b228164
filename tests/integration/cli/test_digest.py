"""`posmon digest` as a user starts it, before the real web side."""

import asyncio
import json

from monitor.views.digest_text import columns_of
from tests.fleets import make_fleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.web.site import Site, serving
from tests.integration.web.test_digest import busy_fleet


async def command(site: Site, *arguments: str, **env: str) -> Ended:
    """Run the command while the site answers."""
    return await asyncio.to_thread(posmon, "digest", *arguments, env={"POSMON_URL": site.url} | env)


async def test_a_day_a_week_or_a_period() -> None:
    """As text of 80 columns, in both languages, as JSON, Markdown and HTML."""
    async with serving(busy_fleet()) as site:
        day = await command(site)
        assert day.code == 0, day.err
        assert day.out.startswith("Daily summary\n")
        assert "Alerts: 2, still firing: 2" in day.out
        assert max(map(columns_of, day.out.splitlines())) <= 80
        week = await command(site, "--weekly", "--lang", "zh")
        assert week.out.startswith("周报\n")
        assert "共 3 条告警" in week.out
        period = json.loads((await command(site, "--from", "2026-11-18 00:00", "-o", "json", TZ="UTC")).out)
        assert (period["since"], period["fired"]) == ("2026-11-18T00:00:00.000Z", 3)
        assert (await command(site, "-o", "markdown")).out.startswith("# Daily summary\n")
        assert (await command(site, "-o", "html", "--lang", "zh")).out.startswith(
            '<!doctype html>\n<html lang="zh-Hans">'
        )


async def test_a_quiet_fleet_says_that_nothing_fired() -> None:
    """In both languages."""
    async with serving(make_fleet(1)) as site:
        assert "Nothing fired." in (await command(site)).out
        assert "没有告警。" in (await command(site, "--lang", "zh")).out


async def test_what_is_no_period_is_refused() -> None:
    """With the option, and without asking the daemon where that is not needed."""
    async with serving(busy_fleet()) as site:
        both = await command(site, "--weekly", "--from", "2026-11-20 00:00")
        assert (both.code, "exclude each other" in both.err) == (2, True)
        clock = await command(site, "--from", "08:00")
        assert (clock.code, "has no date; write it as '2026-12-05 08:00'" in clock.err) == (2, True)
        unread = await command(site, "--to", "soon")
        assert (unread.code, "--to" in unread.err) == (2, True)
        late = await command(site, "--from", "2026-01-01 00:00")
        assert late.code == 3
        assert "31 days" in late.err
    away = await asyncio.to_thread(posmon, "digest", "--url", "http://127.0.0.1:9")
    assert away.code == 3
