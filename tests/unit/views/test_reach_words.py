import pytest

from monitor.domain.runbooks.runbook import Language
from monitor.views.reach_words import reach_question

QUESTIONS = [
    ("it concerns 40 of 60 terminals", "涉及 60 台终端中的 40 台"),
    ("an empty match concerns every alert", "涉及全部告警"),
    (
        "it matches no terminal and no open alert; is it spelt right?",
        "没有符合的终端和告警，拼写是否正确？",  # noqa: RUF001
    ),
    ("something of a later daemon", "something of a later daemon"),
]


@pytest.mark.parametrize(("reason", "chinese"), QUESTIONS)
def test_the_question_in_both_languages(reason: str, chinese: str) -> None:
    """Without the advice for programs; what is not known is said as the daemon says it."""
    written = f'{reason}; confirm it with "confirm": true'
    assert reach_question(written, Language.EN) == reason
    assert reach_question(written, Language.ZH) == chinese
