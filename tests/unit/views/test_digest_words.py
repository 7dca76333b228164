import string

import pytest

from monitor.domain.notification.told import Way
from monitor.domain.runbooks.runbook import Language
from monitor.domain.suppression.hold import HoldReason
from monitor.views.digest_words import _WORDS, about, digest_word, length


def test_both_languages_say_the_same_values() -> None:
    """No place in braces is missing in one of them."""
    for key, (english, chinese) in _WORDS.items():
        names = [
            {name for _, name, _, _ in string.Formatter().parse(said) if name} for said in (english, chinese)
        ]
        assert names[0] == names[1], key


def test_every_reason_and_way_has_words() -> None:
    """Those of other posmons are said as they are."""
    for name in (*HoldReason, *Way):
        assert digest_word(name, Language.ZH) != name or name is Way.ALERTMANAGER
    assert digest_word("new_reason", Language.EN) == "new_reason"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-3, "0 s", "0 秒"),
        (59.9, "59 s", "59 秒"),
        (60, "1 min", "1 分钟"),
        (7500, "2 h 05 min", "2 小时 05 分"),
        (90_000, "1 d 1 h", "1 天 1 小时"),
    ],
)
def test_a_length_has_two_units_at_most(seconds: float, english: str, chinese: str) -> None:
    """The largest."""
    assert (length(seconds, Language.EN), length(seconds, Language.ZH)) == (english, chinese)


def test_what_an_alert_is_about_is_said_with_its_kind() -> None:
    """A terminal is its id."""
    assert about("10000001", Language.ZH) == "10000001"
    assert about("/site/Harbour/Row", Language.EN) == "site Harbour/Row"
    assert about("/terminal_source/tills", Language.ZH) == "来源 tills"
    assert about("/fleet", Language.EN) == "fleet"
