from io import StringIO
from typing import Any

from rich.console import Console, RenderableType

from monitor.cli.on_call.tables import acknowledgements_table, actions_table, silences_table, windows_table
from monitor.views.documents import (
    AcknowledgementDocument,
    AcknowledgementPage,
    ActionDocument,
    SilenceDocument,
    SilencePage,
    WindowDocument,
    WindowPage,
)

NOW = "2026-11-21T01:00:00.000Z"


def drawn(picture: RenderableType, width: int = 80) -> list[str]:
    """Return the lines of a table."""
    console = Console(file=StringIO(), width=width, color_system=None)
    with console.capture() as captured:
        console.print(picture)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    assert all(console.measure(line).maximum <= width for line in lines)
    return lines


def silence(**changes: Any) -> SilenceDocument:
    """Return a silence of two more hours."""
    settings: dict[str, Any] = {
        "id": "s1",
        "match": {"site": ["mall"]},
        "says": "site=mall",
        "starts_at": NOW,
        "until": "2026-11-21T03:00:00.000Z",
        "by": "ann",
        "comment": "power is off",
        "matched": 1,
    }
    return SilenceDocument(**settings | changes)


def test_a_silence_says_what_how_long_whose_and_why() -> None:
    """One of another origin says whence, one to come when it begins."""
    page = SilencePage(silences=[silence()], now=NOW)
    assert [line.split(", until")[0].strip() for line in drawn(silences_table(page, "en"))] == [
        "ENDS  SILENCE",
        "2h  site=mall",
        "1 open alert matches now",
        "ann: power is off",
        "s1",
    ]
    later = silence(starts_at="2026-11-21T02:00:00.000Z", origin="http://am:9093", matched=3)
    text = "\n".join(drawn(silences_table(SilencePage(silences=[later], now=NOW), "en")))
    assert "begins 2026-11-21" in text
    assert "3 open alerts match now" in text
    assert "made in http://am:9093" in text


def test_long_and_chinese_names_stay_within_the_screen() -> None:
    """And nothing is cut off."""
    long = silence(says="site=" + "朝阳门外大街" * 30, by="w" * 64, comment="很长的说明" * 40)
    lines = drawn(silences_table(SilencePage(silences=[long], now=NOW), "zh"))
    assert (
        "".join(lines).replace(" ", "").count("朝阳门外大街") == 30
        or "".join(line.strip() for line in lines).count("朝阳门外大街") == 30
    )
    assert lines[0].split() == ["剩余", "静默"]


def test_acknowledgements() -> None:
    """For how long, of what, whose, until when."""
    one = AcknowledgementDocument(
        id="a1",
        alertname="SiteOffline",
        subject="/site/mall",
        starts_at=NOW,
        at="2026-11-21T00:55:00.000Z",
        until=None,
        by="ann",
        comment="",
    )
    page = AcknowledgementPage(acks=[one], now=NOW)
    assert [line.strip() for line in drawn(acknowledgements_table(page, "en"))] == [
        "FOR  ACKNOWLEDGED",
        "5m  SiteOffline  site/mall",
        "ann",
        "ends with the alert",
        "a1",
    ]


def window(**changes: Any) -> WindowDocument:
    """Return a window of the coming night."""
    settings: dict[str, Any] = {
        "id": "w1",
        "name": "nightly-batch",
        "match": {"region": ["east"]},
        "says": "region=east",
        "every": "Mo-Su 02:00-04:00",
        "timezone": "Asia/Shanghai",
        "starts_at": None,
        "until": None,
        "active_until": None,
        "next_start": "2026-11-21T18:00:00.000Z",
        "excuses_sla": True,
        "by": "",
        "comment": "batch",
        "matched": 0,
        "origin": "configuration",
    }
    return WindowDocument(**settings | changes)


def test_windows() -> None:
    """One that recurs says when it is next; one of the configuration has no author."""
    active = window(id="w2", active_until="2026-11-21T01:30:00.000Z", by="ann", origin="posmon")
    lines = [
        line.strip() for line in drawn(windows_table(WindowPage(windows=[active, window()], now=NOW), "en"))
    ]
    assert lines[:6] == [
        "ENDS  WINDOW",
        "30m  nightly-batch  region=east",
        "Mo-Su 02:00-04:00 (Asia/Shanghai)",
        "0 open alerts match now",
        "ann: batch",
        "w2",
    ]
    assert lines[6] == "-  nightly-batch  region=east"
    assert lines[8].startswith("next on 2026-11-2")
    assert lines[10] == "configuration: batch"
    once = window(every="", starts_at=NOW, until="2026-11-21T03:00:00.000Z", name="")
    text = "\n".join(drawn(windows_table(WindowPage(windows=[once], now=NOW), "zh")))
    assert "开始, 至 2026-11-21" in text


def action(what: str, **changes: Any) -> ActionDocument:
    """Return an action of ann's."""
    settings: dict[str, Any] = {
        "number": 1,
        "at": NOW,
        "by": "ann",
        "via": "cli",
        "target": "s1",
        "comment": "power is off",
        "matched": 2,
        "details": {"match": "site=mall", "until": "2026-11-21T03:00:00.000Z"},
    }
    return ActionDocument(what=what, **settings | changes)


def test_actions_say_who_did_what() -> None:
    """What ended by itself has no way by which it came; what posmon does not know is said as it is."""
    about = {"alertname": "PaperOut", "subject": "10000001"}
    shown = [
        action("silence.add"),
        action("ack.end", by="posmon", via="posmon", comment="the alert has ended", details=about),
        action("later.thing", details={}),
    ]
    text = "\n".join(drawn(actions_table(shown, "en")))
    assert "ann (cli)" in text
    assert "silenced: site=mall" in text
    assert "acknowledgement ended: PaperOut 10000001" in text
    assert "posmon (posmon)" not in text
    assert "later.thing: s1" in text


def test_empty_lists_say_so() -> None:
    """In either language."""
    assert drawn(silences_table(SilencePage(silences=[], now=NOW), "en")) == ["No silence is in force."]
    assert drawn(acknowledgements_table(AcknowledgementPage(acks=[], now=NOW), "zh")) == [
        "没有已确认的告警。"
    ]
    assert drawn(actions_table([], "en")) == ["Nobody has done anything yet."]


def test_no_text_moves_the_screen() -> None:
    """Comments come from people."""
    page = SilencePage(silences=[silence(says="\x1b[2J", by="\x1b]0;x", comment="\x9b2J")], now=NOW)
    assert not {"\x1b", "\x9b"} & set("".join(drawn(silences_table(page, "en"))))


def test_a_flexible_window_says_its_length() -> None:
    """In both languages."""
    page = WindowPage(windows=[window(length_s=2700.0)], now=NOW)
    assert "45m from the first failure" in " ".join(" ".join(drawn(windows_table(page, "en"))).split())
    assert "自首次故障起 45m" in "".join(drawn(windows_table(page, "zh")))
