from monitor.domain.runbooks.advice import Advice, AdviceBook

RUNBOOK = Advice("It means this.", "意思如此。", "Do this.", "请这样做。")


def test_runbook_advice_is_in_the_words_of_its_alert() -> None:
    """Meaning and actions are annotations under their names in the contract."""
    words = AdviceBook({"PaperOut": RUNBOOK}).words("PaperOut")
    assert words == {
        "description": "It means this.",
        "description_zh": "意思如此。",
        "action": "Do this.",
        "action_zh": "请这样做。",
    }


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
