import pytest

from monitor.domain.runbooks.runbook import Language
from monitor.domain.suppression.hold import HoldReason
from monitor.views.documents import HoldDocument
from monitor.views.hold_words import hold_words

HOLDS = [
    ("silence", "silence s1", "silenced by ann: power: off", "静默（ann）：power: off"),  # noqa: RUF001
    ("acknowledged", "acknowledgement a1", "acknowledged by bob", "已确认（bob）"),  # noqa: RUF001
    ("site", "SiteOffline", "SiteOffline says it", "整店中断（SiteOffline）"),  # noqa: RUF001
    ("status", "status spare", "status spare", "档案状态（spare）"),  # noqa: RUF001
]


@pytest.mark.parametrize(("reason", "by", "words", "chinese"), HOLDS)
def test_what_holds_an_alert_back_in_both_languages(reason: str, by: str, words: str, chinese: str) -> None:
    """A comment stays in the language of its author."""
    hold = HoldDocument(reason=reason, by=by, words=words, until=None)
    assert hold_words(hold, Language.EN) == words
    assert hold_words(hold, Language.ZH) == chinese


def test_every_reason_has_chinese_words() -> None:
    """A new reason gets some too."""
    for reason in HoldReason:
        hold = HoldDocument(reason=reason.value, by="x", words="y", until=None)
        assert not hold_words(hold, Language.ZH).startswith(reason.value)
