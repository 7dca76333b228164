"""People on call at work in the shell: the real web side and desk behind the real command."""

import asyncio
import csv
import getpass
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from monitor.domain.access.tokens import Scope, TokenRing
from monitor.services.on_call_desk import Desk
from tests.fleets import LivingFleet, make_fleet
from tests.integration.cli.command import Ended, posmon
from tests.integration.cli.terminal import Terminal
from tests.integration.web.site import Site, serving
from tests.tokens import issued

READER, OPERATOR = issued(1), issued(2, Scope.OPERATE, name="ann")


@asynccontextmanager
async def desk_of(living: LivingFleet, *, with_tokens: bool = False) -> AsyncIterator[Site]:
    """Serve a fleet with a desk; what is said is durable at the next look."""
    board = living.evaluation.suppression.on_call

    async def saved() -> None:
        living.store.acted += board.drain_unsaved().actions

    desk = Desk(board=board, book=living.book, fleet=living.fleet, clock=living.clock, saved=saved)
    ring = TokenRing([READER.token, OPERATOR.token])
    async with serving(living, desk=desk, tokens=(lambda: ring) if with_tokens else None) as site:
        yield site


def out_of_paper(count: int = 3) -> LivingFleet:
    """Return a fleet of which one terminal has no paper."""
    living = make_fleet(count)
    for _ in range(4):
        living.hear("10000000", printer={"status": "paper_out"})
        living.wait(30)
    return living


async def command(site: Site, *arguments: str, **env: str) -> Ended:
    """Run a command while the site answers."""
    return await asyncio.to_thread(posmon, *arguments, env={"POSMON_URL": site.url} | env)


async def test_a_silence_from_its_beginning_to_its_end() -> None:
    """It is made, listed, shown at its alert, ended and in the record, whose author is the user."""
    async with desk_of(out_of_paper()) as site:
        wish = ("--match", "site=shop-00", "--match", "model=N910,N920", "--for", "2h")
        made = await command(site, "silence", "add", *wish, "--comment", "works at the till")
        listed = await command(site, "silence", "list", "-o", "json")
        (silence,) = json.loads(listed.out)["silences"]
        assert made.code == 0, made.err
        assert made.out.splitlines()[1:] == ["site=shop-00, model=N910|N920", "1 open alert matches now"]
        assert silence["match"] == {"site": ["shop-00"], "model": ["N910", "N920"]}
        assert (silence["by"], silence["comment"]) == (getpass.getuser(), "works at the till")
        table = await command(site, "silence", "list")
        assert table.out.splitlines()[1].split() == ["2h", "site=shop-00,", "model=N910¦N920"]
        held = await command(site, "alerts", "--held")
        assert f"Not sent: silenced by {getpass.getuser()}: works at the till, until 2026-11-2" in held.out
        chinese = await command(site, "alerts", "--held", "--lang", "zh")
        assert f"未发送：静默（{getpass.getuser()}）：works at the till，至 " in chinese.out  # noqa: RUF001
        assert (await command(site, "alerts", "--unattended")).out == "No alert to show.\n"
        assert "PaperOut" not in (await command(site, "alerts", "--not-held")).out
        ended = await command(site, "silence", "end", silence["id"])
        assert (ended.code, ended.out) == (0, f"{silence['id']} is ended.\n")
        assert "PaperOut" in (await command(site, "alerts", "--unattended")).out
        assert (await command(site, "silence", "list")).out == "No silence is in force.\n"
        record = await command(site, "actions", "-o", "csv")
        assert [(row["what"], row["by"], row["via"]) for row in csv.DictReader(record.out.splitlines())] == [
            ("silence.end", getpass.getuser(), "cli"),
            ("silence.add", getpass.getuser(), "cli"),
        ]


async def test_an_alert_is_acknowledged_and_what_is_over_is_refused() -> None:
    """By its terminal or its subject, until it ends or until a time; JSON is the API's document."""
    living = out_of_paper()
    async with desk_of(living) as site:
        made = await command(site, "ack", "PaperOut", "10000000", "--comment", "on my way")
        assert made.code == 0, made.err
        assert made.out.startswith("Acknowledged: PaperOut 10000000 (")
        assert made.out.endswith(")\nends with the alert\n")
        again = await command(site, "ack", "--subject", "10000000", "--for", "1h", "PaperOut", "-o", "json")
        known = json.loads(again.out)
        assert known["until"] is not None
        table = await command(site, "ack", "list")
        assert "PaperOut  10000000" in table.out
        assert (
            await command(site, "ack", "end", known["id"], "--lang", "zh")
        ).out == f"{known['id']} 已结束。\n"
        gone = await command(site, "ack", "end", known["id"])
        assert (gone.code, gone.err) == (1, "Error: Nothing of that id is in force.\n")
        living.hear("10000000", printer={"status": "ok"})
        late = await command(site, "ack", "PaperOut", "10000000")
        assert (late.code, late.err) == (1, "Error: There is no such alert: it is over, or it never was.\n")
        text = (await command(site, "actions")).out
        assert text.count("acknowledged: PaperOut 10000000") == 2
        assert "on my way" in text
        assert "确认结束: PaperOut" in (await command(site, "actions", "--lang", "zh")).out


async def test_a_flexible_window_says_its_length() -> None:
    """When it is made, in the list, in CSV and on the page; one that is longer than the window is refused."""
    async with desk_of(make_fleet(3)) as site:
        wish = ("--match", "site=shop-00", "--comment", "updates", "--name", "updates")
        again = ("--every", "Tu 01:00-05:00", "--timezone", "UTC", "--length", "20m")
        made = await command(site, "window", "add", *wish, *again)
        assert made.out.splitlines()[0].endswith(": Tu 01:00-05:00 (UTC), 20m from the first failure")
        (row,) = csv.DictReader((await command(site, "window", "list", "-o", "csv")).out.splitlines())
        assert row["length_s"] == "1200.0"
        assert b"20 min from the first failure" in (await site.get("/silences"))[1]
        refused = await command(site, "window", "add", *wish, "--for", "10m", "--length", "20m")
        assert (refused.code, refused.err) == (1, "Error: length_s: is longer than the window\n")


async def test_windows_once_and_again() -> None:
    """Each is listed and ended; what cannot be is refused by its field."""
    async with desk_of(make_fleet(3)) as site:
        again = ("--every", "Mo-Su 02:00-04:00", "--timezone", "Asia/Shanghai", "--name", "batch")
        wish = ("--match", "site=shop-00", "--comment", "works")
        made = await command(site, "window", "add", *wish, *again)
        assert made.code == 0, made.err
        assert made.out.splitlines()[0].endswith(": Mo-Su 02:00-04:00 (Asia/Shanghai)")
        start = ("--from", "2026-11-21T22:00+08:00", "--for", "4h", "--counts")
        once = json.loads((await command(site, "window", "add", *wish, *start, "-o", "json")).out)
        assert (once["starts_at"], once["until"]) == ("2026-11-21T14:00:00.000Z", "2026-11-21T18:00:00.000Z")
        assert once["excuses_sla"] is False
        assert "batch  site=shop-00" in (await command(site, "window", "list")).out
        assert (await command(site, "window", "end", once["id"])).code == 0
        listed = json.loads((await command(site, "window", "list", "-o", "json")).out)["windows"]
        assert [one["name"] for one in listed] == ["batch"]
        bad = await command(site, "window", "add", *wish, "--every", "Mo 25:00-26:00", "--timezone", "Mars")
        assert bad.code == 1
        assert {line.removeprefix("Error: ").partition(":")[0] for line in bad.err.splitlines()} == {
            "every",
            "timezone",
        }
        none = await command(site, "window", "add", *wish)
        assert (none.code, "say how long" in none.err) == (2, True)
        assert "window planned: " in (await command(site, "actions")).out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--match", "site=shop-00", "--comment", "x"], 2, "say how long: --for 2h, or --until 08:00"),
        (["--match", "site", "--for", "2h", "--comment", "x"], 2, "'site' is not a key and its values"),
        (["--match", "site=a", "--for", "2", "--comment", "x"], 2, "'2' is no length of time"),
        (["--match", "site=a", "--until", "noon", "--comment", "x"], 2, "'noon' is no time such as 08:00"),
        (["--match", "site=a", "--for", "2h"], 2, "Missing option '--comment'"),
        (["--match", "shop=a", "--for", "60d", "--comment", "x"], 1, "match.shop: is no key of a match"),
        (["--match", "shop=a", "--for", "60d", "--comment", "x"], 1, "\nuntil: is more than 30 days away"),
        (
            ["--match", "site=nowhere", "--for", "2h", "--comment", "x"],
            1,
            "is it spelt right?\nRepeat it with",
        ),
        (["--match", "region=north", "--for", "2h", "--comment", "x"], 1, "it concerns 25 of 50 terminals\n"),
        (["--for", "2h", "--comment", "x", "--lang", "zh"], 1, "涉及全部告警\n确认无误请加 --yes 重试。"),
    ],
)
async def test_what_is_refused_says_why(arguments: list[str], code: int, said: str) -> None:
    """Wrong usage ends with 2, what the daemon refuses with 1, field by field; nothing is silenced."""
    async with desk_of(make_fleet(50)) as site:
        ended = await command(site, "silence", "add", *arguments)
        assert not site.living.evaluation.suppression.on_call.silences
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


async def test_much_of_the_fleet_is_silenced_with_yes() -> None:
    """--yes says that it is meant."""
    async with desk_of(make_fleet(50)) as site:
        wish = ("--match", "region=north", "--until", "2026-11-21T05:00+08:00", "--comment", "storm", "--yes")
        late = await command(site, "silence", "add", *wish)
        assert "until: is over already" in late.err
        ended = await command(site, "silence", "add", *wish[:3], "2026-11-21T15:00+08:00", *wish[4:])
        (silence,) = site.living.evaluation.suppression.on_call.silences.values()
    assert ended.code == 0
    assert str(silence.matcher) == "region=north"


@pytest.mark.parametrize(("key", "count"), [("y", 1), ("n", 0), ("", 0)])
async def test_on_a_terminal_it_asks(key: str, count: int) -> None:
    """With the number of terminals; only yes silences them."""
    wish = ("--match", "region=north", "--for", "2h", "--comment", "storm")

    def talk(url: str) -> None:
        with Terminal("silence", "add", *wish, POSMON_URL=url) as terminal:
            terminal.until("it concerns 25 of 50 terminals. Is that meant? [y/N]:")
            terminal.type(f"{key}\n")
            terminal.until("Silence " if count else "Nothing was changed.")

    async with desk_of(make_fleet(50)) as site:
        await asyncio.to_thread(talk, site.url)
        assert len(site.living.evaluation.suppression.on_call.silences) == count


async def test_tokens_name_the_author_and_bound_what_may_be_done() -> None:
    """A token that reads silences nothing; the author is the token's name, not the user's."""
    async with desk_of(out_of_paper(), with_tokens=True) as site:
        wish = ("ack", "PaperOut", "10000000")
        read = await command(site, *wish, POSMON_TOKEN=READER.text)
        assert (read.code, read.err) == (1, "Error: This needs a token of scope operate.\n")
        none = await command(site, *wish)
        assert none.code == 3
        assert "answers 401" in none.err
        made = await command(site, *wish, "-o", "json", POSMON_TOKEN=OPERATOR.text)
        assert json.loads(made.out)["by"] == "ann"
        listed = await command(site, "ack", "list", "-o", "csv", POSMON_TOKEN=READER.text)
        assert ",ann," in listed.out


async def test_the_record_is_read_to_its_limit() -> None:
    """However many pages that are."""
    living = out_of_paper()
    async with desk_of(living) as site:
        for _ in range(3):
            await command(site, "ack", "PaperOut", "10000000")
        record = await command(site, "actions", "--limit", "2", "-o", "json")
    assert [one["number"] for one in json.loads(record.out)["actions"]] == [3, 2]


def test_without_a_daemon_nothing_can_be_done() -> None:
    """It says so and ends with 3."""
    ended = posmon("ack", "PaperOut", "1", "--url", "http://127.0.0.77:9")
    assert ended.code == 3
    assert "cannot reach posmon" in ended.err
