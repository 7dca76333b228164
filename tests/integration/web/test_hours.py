"""The hours that terminals keep to: over HTTP, on the pages and in the shell."""

import asyncio
import csv
import io
import json
from pathlib import Path

from monitor.adapters.inventory_files import load_inventory
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.terminal import FIELDS
from monitor.views.hours_documents import HoursPage
from tests.integration.cli.command import Ended, posmon
from tests.integration.web.site import Site, serving
from tests.integration.web.weeks import WeeksBehind, till

TILLS = (
    till(1, "baker"),
    till(2, "baker"),
    till(3, "kiosk"),
    till(4, "bar", opening_hours="Mo-Su 17:00-02:00"),
    till(5, "late", opening_hours="Mo-Su 08:00-21:00"),
    till(6, "nowhere", timezone=""),
)


def weeks_behind() -> WeeksBehind:
    """Return tills that keep hours, never close, keep to given hours, come late, and have no zone."""
    weeks = WeeksBehind(*TILLS)
    for number in (1, 2):
        weeks.live(number, "Mo-Sa 07:00-19:00")
    weeks.live(3, "24/7")
    weeks.live(4, "Mo-Su 17:00-02:00")
    weeks.live(5, "Mo-Su 09:00-21:00")
    weeks.live(6, "Mo-Su 09:00-21:00")
    return weeks


async def hours_of(site: Site, query: str = "") -> HoursPage:
    """Return the document."""
    page = await site.decoded(f"/api/v1/inventory/hours{query}", HoursPage)
    assert isinstance(page, HoursPage)
    return page


async def test_what_the_inventory_lacks_or_contradicts_is_told() -> None:
    """With what speaks for it; of the others, why there is nothing."""
    async with serving(weeks_behind().living) as site:
        page = await hours_of(site)
        baker, late = page.hours
        assert (baker.site, baker.opening_hours, baker.timezone) == (
            "baker",
            "Mo-Sa 07:00-19:00",
            "Europe/Berlin",
        )
        assert baker.terminal_ids == ["10000001", "10000002"]
        assert baker.agreeing == baker.known > 24
        assert (baker.given, baker.remark) == ("", "")
        assert (late.given, late.remark) == (
            "Mo-Su 08:00-21:00",
            "comes on 60 minutes after opening on Mo-Su",
        )
        assert (page.terminals, page.as_given) == (6, 1)
        assert page.not_learnt == {"never_off": 1, "no_zone": 1}


async def test_a_site_a_period_and_a_zone_can_be_asked_for() -> None:
    """What is no zone or too short is refused."""
    async with serving(weeks_behind().living) as site:
        page = await hours_of(site, "?site=nowhere&timezone=Europe/Berlin&days=20")
        assert [(one.site, one.opening_hours) for one in page.hours] == [("nowhere", "Mo-Su 09:00-21:00")]
        assert (page.terminals, page.days) == (1, 20)
        assert (await hours_of(site, "?site=baker&days=14")).not_learnt == {"too_short": 2}
        for wrong in ("days=13", "days=91", "timezone=Mars/Base", "timezone=../etc"):
            assert (await site.problem(f"/api/v1/inventory/hours?{wrong}")).status == 400


async def test_pages_say_when_a_terminal_is_usually_off() -> None:
    """And that nothing follows from it; the page of a terminal that keeps to its hours says nothing."""
    weeks = weeks_behind()
    weeks.live(3, "Mo-Su 09:00-21:00")
    async with serving(weeks.living) as site:
        _, baker = await site.get("/terminals/10000001")
        assert "usually on Mo-Sa 07:00-19:00" in baker.decode()
        assert "learnt; not applied" in baker.decode()
        assert "posmon inventory hours" in baker.decode()
        _, kiosk = await site.get("/terminals/10000003?lang=zh")
        assert "通常 21:00–09:00 关机" in kiosk.decode()  # noqa: RUF001
        assert "自动学习所得" in kiosk.decode()
        _, late = await site.get("/terminals/10000005")
        assert "comes on 60 minutes after opening" in late.decode()
        _, bar = await site.get("/terminals/10000004")
        assert "learnt" not in bar.decode()
        _, listed = await site.get("/terminals?site=baker")
        assert "usually on Mo-Sa 07:00-19:00" in listed.decode()
        _, everywhere = await site.get("/terminals")
        assert "learnt" not in everywhere.decode()


async def test_pages_learn_a_site_once_an_hour() -> None:
    """A page is looked at again and again."""
    weeks = weeks_behind()
    async with serving(weeks.living) as site:
        assert b"learnt" in (await site.get("/terminals/10000001"))[1]
        weeks.living.store.journal.clear()
        assert b"learnt" in (await site.get("/terminals/10000002"))[1]
        weeks.living.clock.turn(3600)
        assert b"learnt" not in (await site.get("/terminals/10000001"))[1]


async def shell(site: Site, *arguments: str) -> Ended:
    """Run `posmon inventory hours` while the site answers."""
    return await asyncio.to_thread(posmon, "inventory", "hours", *arguments, env={"POSMON_URL": site.url})


async def test_the_command_suggests_hours_and_says_why_not() -> None:
    """As a table in both languages, and as JSON."""
    async with serving(weeks_behind().living) as site:
        table, chinese = await shell(site), await shell(site, "--lang", "zh")
        document = await shell(site, "--site", "baker", "-o", "json")
        wrong = await shell(site, "--days", "3")
    assert table.code == 0, table.err
    assert "Mo-Sa 07:00-19:00" in table.out
    assert "08:00-21:00: it comes on" in " ".join(table.out.split())
    assert "1 keep to the hours that the inventory gives" in table.out
    assert "1 are never off for hours" in table.out
    assert "--timezone names one" in table.out
    assert "Nothing of this is applied" in table.out
    assert "以上均未生效" in chinese.out
    assert [one["site"] for one in json.loads(document.out)["hours"]] == ["baker"]
    assert wrong.code == 2


async def test_the_command_says_when_there_is_nothing_to_suggest() -> None:
    """And why."""
    async with serving(weeks_behind().living) as site:
        nothing = await shell(site, "--site", "kiosk")
        rows = await shell(site, "--site", "kiosk", "-o", "csv")
    assert nothing.out.splitlines() == [
        "No hours to suggest, of 1 terminals in 28 days.",
        "1 are never off for hours",
    ]
    assert rows.out.splitlines() == ["terminal_id,site,timezone,opening_hours"]
    assert rows.err.splitlines() == ["1 are never off for hours"]


async def test_csv_merges_into_the_inventory(tmp_path: Path) -> None:
    """Its rows name only columns of an inventory, and only terminals without hours."""
    async with serving(weeks_behind().living) as site:
        rows = await shell(site, "-o", "csv", "--timezone", "Asia/Shanghai")
    found = {row["terminal_id"]: row for row in csv.DictReader(io.StringIO(rows.out))}
    assert sorted(found) == ["10000001", "10000002", "10000006"]
    path = tmp_path / "inventory.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        for row in TILLS:
            before = {name: getattr(row, name) for name in FIELDS}
            writer.writerow(before | found.get(row.terminal_id, {}))
    merged = load_inventory(path, policy=AddressPolicy())
    assert merged["10000001"].opening_hours == "Mo-Sa 07:00-19:00"
    assert merged["10000006"].timezone == "Asia/Shanghai"
