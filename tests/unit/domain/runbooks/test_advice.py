from monitor.domain.runbooks.advice import Advice, AdviceBook
from monitor.domain.runbooks.text import Span, SpanKind

NONE: dict[str, float] = {}
ACTIONS = (Span(SpanKind.PLAIN, "Do this."),), (Span(SpanKind.PLAIN, "请这样做。"),)
RUNBOOK = Advice((Span(SpanKind.PLAIN, "It means this."),), (Span(SpanKind.PLAIN, "意思如此。"),), *ACTIONS)


def test_runbook_advice_is_in_the_words_of_its_alert() -> None:
    """Meaning and actions are annotations under their names in the contract."""
    words = AdviceBook({"PaperOut": RUNBOOK}).words("PaperOut", NONE.get)
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
    assert book.words("PaperOut", NONE.get)["runbook_url"] == "http://127.0.0.1:7676/runbooks/PaperOut"
    book.read_at("")
    assert "runbook_url" not in book.words("PaperOut", NONE.get)


def test_alert_without_advice_has_no_words() -> None:
    """What is missing is left out: the alert itself must still be told."""
    assert AdviceBook().words("PaperAbsent", NONE.get) == {}


def test_words_have_the_settings_of_what_the_alert_is_about() -> None:
    """Two terminals with different limits are not told the same."""
    english = (Span(SpanKind.PLAIN, "For "), Span(SpanKind.PLAIN, "1 minute", setting="for"))
    chinese = (Span(SpanKind.PLAIN, "已有 "), Span(SpanKind.PLAIN, "1 分钟", setting="for"))
    book = AdviceBook({"PaperOut": Advice(english, chinese, *ACTIONS)})
    for seconds, minutes in ((300.0, "5 minutes"), (60.0, "1 minute"), (300.0, "5 minutes")):
        assert book.words("PaperOut", {"for": seconds}.get)["description"] == f"For {minutes}"
    assert book.words("PaperOut", {"for": 300.0}.get)["description_zh"] == "已有 5 分钟"
