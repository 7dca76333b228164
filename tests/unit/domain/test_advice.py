import pytest

from monitor.domain.advice import Advice, AdviceBook
from monitor.domain.detectors.table import DETECTORS


@pytest.mark.parametrize("alertname", [detector.alertname for detector in DETECTORS])
def test_every_alert_comes_with_advice_in_both_languages(alertname: str) -> None:
    """Whoever reads it is told what it means and what to do, each in one paragraph."""
    words = AdviceBook().words(alertname)
    advice = Advice(words["description"], words["action"], words["action_zh"])
    for text in words.values():
        assert text
        assert text == text.strip()
        assert text.isprintable()
    assert advice.meaning.isascii()
    assert advice.action.endswith(".")
    assert any("一" <= character <= "鿿" for character in advice.action_zh)
    assert advice.action_zh.endswith("。")


RUNBOOK = Advice("It means this.", "Do this.", "请这样做。")


def test_runbook_advice_is_in_the_words_of_its_alert() -> None:
    """Meaning and actions are annotations under their names in the contract."""
    words = AdviceBook({"PaperOut": RUNBOOK}).words("PaperOut")
    assert words == {"description": "It means this.", "action": "Do this.", "action_zh": "请这样做。"}


def test_address_of_the_runbook_is_added_once_it_is_known() -> None:
    """The address ends in the alert's name; taken back, it is gone."""
    book = AdviceBook({"PaperOut": RUNBOOK})
    book.read_at("http://127.0.0.1:7676/runbooks")
    assert book.words("PaperOut")["runbook_url"] == "http://127.0.0.1:7676/runbooks/PaperOut"
    book.read_at("")
    assert "runbook_url" not in book.words("PaperOut")


def test_alert_without_advice_has_no_words() -> None:
    """What is missing is left out: the alert itself must still be told."""
    assert AdviceBook().words("PaperAbsent") == {}
