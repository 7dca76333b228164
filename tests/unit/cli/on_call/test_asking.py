import pytest

from monitor.cli.on_call.asking import question_in, wall_of


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (
            "it concerns 40 of 60 terminals",
            "it concerns 40 of 60 terminals",
            "涉及 60 台终端中的 40 台",
        ),
        ("an empty match concerns every alert", "it concerns every alert", "涉及全部告警"),
        (
            "it matches no terminal and no open alert; is it spelt right?",
            "it matches no terminal and no open alert; is it spelt right?",
            "没有符合的终端和告警，拼写是否正确？",  # noqa: RUF001
        ),
        ("something of a later daemon", "something of a later daemon", "something of a later daemon"),
    ],
)
def test_the_question_in_both_languages(reason: str, english: str, chinese: str) -> None:
    """What this command does not know is said as the daemon says it."""
    assert (question_in(reason, "en"), question_in(reason, "zh")) == (english, chinese)


def test_the_clock_of_the_daemon() -> None:
    """Its own, as its documents have it."""
    assert wall_of("2026-11-21T01:00:00.000Z") == 1_795_222_800.0
