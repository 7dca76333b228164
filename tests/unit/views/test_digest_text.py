"""A summary as people read it: plain, as Markdown, as HTML; with names that try to be more than that."""

from html.parser import HTMLParser
from itertools import pairwise

import pytest

from monitor.domain.runbooks.runbook import Language
from monitor.views.digest_documents import (
    DigestDocument,
    DigestReceiver,
    DigestRule,
    OverlookedAlert,
    RecurringAlert,
)
from monitor.views.digest_sections import DigestText, digest_sections
from monitor.views.digest_text import columns_of, html, html_note, markdown, plain_text, wrapped

NASTY = "上海市浦东新区世纪大道一百号国际金融中心旗舰店 <b>|`*_\x1b[31m"


def rule(number: int, **changes: object) -> DigestRule:
    """Return a rule."""
    given: dict[str, object] = {
        "alertname": f"Rule{number}", "owner": "network", "severity": "critical", "fired": 9, "open": 1,
        "told": 7, "shop_told": 2, "held": 3, "acknowledged": 1, "attended": 4, "mean_s": 60.0,
        "longest_s": 7500.0, "suggestion": f"look at {NASTY}; `posmon status`", "suggestion_zh": "请检查 `x`",
    }  # fmt: skip
    return DigestRule(**given | changes)  # type: ignore[arg-type]


def document(**changes: object) -> DigestDocument:
    """Return a summary of a bad day."""
    overlooked = OverlookedAlert(
        alertname="SiteOffline",
        subject=f"/site/{NASTY}",
        starts_at="2026-12-01T03:00:00.000Z",
        told_at="2026-12-01T03:01:00.000Z",
        lasted_s=9000.0,
        unattended_s=90_000.0,
        open=True,
    )
    receiver = DigestReceiver(
        receiver=f"http://{'x' * 60}", way="alertmanager", messages=5, alerts=9, critical=7, resolved=8
    )
    given: dict[str, object] = {
        "since": "2026-12-01T08:00:00.000Z", "until": "2026-12-02T08:00:00.000Z", "fired": 108,
        "told": [receiver], "held": {"closed": 12, "silence": 1}, "actions": {"ack.add": 4, "ack.end": 4},
        "rules": [rule(number) for number in range(12)],
        "recurring": [RecurringAlert(alertname="PaperOut", subject="T1", fired=4)], "recurring_count": 30,
        "overlooked": [overlooked] * 21, "overlooked_count": 60,
    }  # fmt: skip
    return DigestDocument(**given | changes)  # type: ignore[arg-type]


def quiet() -> DigestDocument:
    """Return a summary of a day without alerts."""
    return document(
        fired=0, told=[], held={}, actions={}, rules=[], recurring=[], recurring_count=0, overlooked=[],
        overlooked_count=0,
    )  # fmt: skip


def spoken(language: Language = Language.EN, given: DigestDocument | None = None) -> DigestText:
    """Return a summary in a language, times without their seconds."""
    return digest_sections(given or document(), language, lambda at: at[:16].replace("T", " "), "daily")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_asked_for(language: Language, width: int) -> None:
    """Chinese letters are two columns wide; controls show as nothing."""
    for given in (document(), quiet()):
        text = plain_text(spoken(language, given), width)
        # Below 80 columns the numbers of a table are wider than that, and nothing is cut.
        assert width == 40 or max(map(columns_of, text.splitlines())) <= width
        assert "\x1b" not in text


def test_everything_is_said() -> None:
    """What nobody acted on stands first."""
    text = plain_text(spoken(), 100)
    parts = ("NOBODY ACTED ON", "NOISIEST RULES", "WHAT RECURS", "WHO WAS TOLD", "WHAT WAS HELD BACK")
    places = [text.index(part) for part in parts]
    assert all(before < after for before, after in pairwise(places))
    for words in (
        "2026-12-01 08:00 to 2026-12-02 08:00",
        "Alerts: 108, still firing: 12. Told on-call: 84, shops: 24. Held back: 36.",
        "Acknowledged: 4, silences: 0,",
        "1 d 1 h",
        "2 h 05 min",
        "and 40 more",
        "and 2 more",
        "and 29 more",
        "-> look at ",
        "shop closed",
    ):
        assert words in text, words
    chinese = plain_text(spoken(Language.ZH), 100)
    for words in ("无人处理", "已打烊", "门店 上海市浦", "-> 请检查 `x`"):
        assert words in chinese, words


def test_a_quiet_day_says_so() -> None:
    """In a few lines, with what people did."""
    text = plain_text(spoken(given=quiet()))
    assert "Nothing fired." in text
    assert "Everything critical was attended to" in text
    assert "No receiver was told anything." in text
    assert len(text.splitlines()) < 15
    assert spoken(given=quiet()).title == "Daily summary 2026-12-02: alerts 0, nobody acted on 0"


def test_names_stay_names_in_markdown() -> None:
    """A cell has no bar of its own, and commands stay code."""
    lines = markdown(spoken()).splitlines()
    (header,) = [line for line in lines if line.startswith("| Alert | Owner |")]
    cells = [line for line in lines if line.startswith("| Rule0 ")]
    assert len(cells) == 1
    bars = cells[0].replace("\\|", "").count("|")
    assert bars == header.count("|")
    assert "<b>" not in "\n".join(lines).replace("\\<b\\>", "")
    assert "`x`" in markdown(spoken(Language.ZH))


class _Tags(HTMLParser):
    """Counts what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Open."""
        self.seen.add(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("given", [document(), quiet()], ids=["bad", "quiet"])
def test_names_stay_names_in_html(given: DigestDocument) -> None:
    """Every element is closed, none comes from a name, and nothing is loaded or run."""
    written = html(spoken(given=given), "en", 'https://posmon.example/digest?a="b')
    tags = _Tags()
    tags.feed(written)
    assert not tags.open
    assert not tags.seen & {"b", "script", "img", "link", "iframe"}
    assert "http" not in written.replace("https://posmon.example", "").replace(f"http://{'x' * 60}", "")
    assert 'href="https://posmon.example/digest?a=&quot;b"' in written


def test_what_stands_between_back_quotes_is_code() -> None:
    """Only where each has its fellow."""
    assert html_note("set `a<b` now") == "set <code>a&lt;b</code> now"
    assert html_note("a`b") == "a`b"


def test_long_words_are_cut_and_chinese_wraps_between_letters() -> None:
    """Nothing is lost."""
    assert list(wrapped("ab cd ef", 5)) == ["ab cd", "ef"]
    assert list(wrapped("门店" * 3, 4)) == ["门店", "门店", "门店"]
    assert list(wrapped("x" * 9, 4)) == ["xxxx", "xxxx", "x"]
    assert list(wrapped("one two", 5, "  ")) == ["one", "  two"]
    assert list(wrapped("", 4)) == [""]
