import pytest

from monitor.domain.runbooks.runbook import Language
from monitor.domain.suppression.hold import HoldReason
from monitor.views.documents import HoldDocument
from monitor.views.hold_words import hold_words

HOLDS = [
    (
        {"reason": "silence", "by": "silence s1", "author": "ann: x", "comment": "power: off"},
        "silenced by ann: x: power: off",
        "静默（ann: x）：power: off",  # noqa: RUF001
    ),
    (
        {"reason": "acknowledged", "by": "acknowledgement a1", "author": "bob"},
        "acknowledged by bob",
        "已确认（bob）",  # noqa: RUF001
    ),
    (
        {"reason": "window", "by": "window batch", "comment": "nightly"},
        "planned work, batch: nightly",
        "计划窗口（batch）：nightly",  # noqa: RUF001
    ),
    ({"reason": "site", "by": "SiteOffline"}, "SiteOffline says it", "整店中断（SiteOffline）"),  # noqa: RUF001
    ({"reason": "status", "by": "status spare"}, "status spare", "档案状态（spare）"),  # noqa: RUF001
]


@pytest.mark.parametrize(("fields", "words", "chinese"), HOLDS)
def test_what_holds_an_alert_back_in_both_languages(fields: dict[str, str], words: str, chinese: str) -> None:
    """A comment stays in the language of its author; a colon in a name ends no name."""
    hold = HoldDocument(**fields, words=words, until=None)
    assert hold_words(hold, Language.EN) == words
    assert hold_words(hold, Language.ZH) == chinese


def test_every_reason_has_chinese_words() -> None:
    """A new reason gets some too."""
    for reason in HoldReason:
        hold = HoldDocument(reason=reason.value, by="x", words="y", until=None)
        assert not hold_words(hold, Language.ZH).startswith(reason.value)
