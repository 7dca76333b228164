"""What a shop reads."""

import pytest

from monitor.adapters.direct_notification.shop_wording import shop_subject, shop_text
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.runbooks.runbook import Language

WORDS = {
    "summary": "10000001: receipt printer: paper out",
    "summary_zh": "10000001：打印机：缺纸",  # noqa: RUF001
    "action": "Put in a new roll.",
    "action_zh": "请换上新纸卷。",
    "evidence": "serial S1",
}


def notice(words: dict[str, str], *, over: bool = False) -> PostableAlert:
    """Return a notice with these annotations."""
    labels = {"alertname": "PaperOut", "terminal_id": "10000001"}
    return PostableAlert(labels=labels, annotations=words, starts_at=0, ends_at=0, resolved=over)


@pytest.mark.parametrize(
    ("language", "subject", "lines"),
    [
        (
            Language.EN,
            "Card terminals at 湖滨店: 2 to look at",
            ["Please look at:", f"* {WORDS['summary']}", f"  What to do: {WORDS['action']}"],
        ),
        (
            Language.ZH,
            "湖滨店的刷卡终端：2 台需要处理",  # noqa: RUF001
            ["请查看：", f"* {WORDS['summary_zh']}", f"  怎么做：{WORDS['action_zh']}"],  # noqa: RUF001
        ),
    ],
)
def test_a_shop_reads_what_to_do_in_its_language(language: Language, subject: str, lines: list[str]) -> None:
    """No evidence, no labels; what is over needs nothing."""
    message = Notification(
        group={"site": "湖滨店"},
        new=[notice(WORDS)],
        still=[notice(WORDS)],
        resolved=[notice(WORDS, over=True)],
    )
    assert shop_subject(message, language) == subject
    text = shop_text(message, "", language)
    assert text.splitlines()[:3] == lines
    assert "serial S1" not in text
    assert text.count(lines[2]) == 2


def test_words_cannot_begin_a_header_or_a_line() -> None:
    """A site's name and a summary come from outside."""
    message = Notification(group={"site": "a\r\nBcc: x@y"}, new=[notice({"summary": "a\nb"})])
    assert "\n" not in shop_subject(message, Language.EN)
    assert "* a b" in shop_text(message, "", Language.EN).splitlines()
    assert "* PaperOut" in shop_text(Notification(group={}, new=[notice({})]), "", Language.ZH)
    assert shop_subject(Notification(group={}, new=[notice({})]), Language.EN).startswith(
        "Card terminals at your shop"
    )
