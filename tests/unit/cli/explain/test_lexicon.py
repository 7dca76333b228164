import pytest

from monitor.cli.explain.lexicon import Lexicon, alertnames, detector_of, nearest_name
from monitor.config.dialect_files import load_response_codes
from monitor.domain.alerts.alert import Category
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.runbooks.runbook import Language

CODES = load_response_codes()
LEXICON = Lexicon(codes=CODES, language=Language.EN)


@pytest.mark.parametrize("word", ["PaperOut", "paperout", "paper-out", "paper_out", "Paper Out"])
def test_an_alert_is_found_however_it_is_spelt(word: str) -> None:
    """With its runbook and its detector."""
    found = LEXICON.explain(word)
    assert found.alert is not None
    assert found.alert.runbook.alertname == "PaperOut"
    assert found.alert.rule is not None
    assert found.alert.rule.alertname == "PaperOut"
    assert not found.is_empty


def test_a_code_is_found_in_every_dialect_that_has_it() -> None:
    """What it means there, and what to do about its category."""
    found = LEXICON.explain("55").codes
    assert {"unionpay", "visa", "mastercard"} <= {meaning.dialect for meaning in found}
    assert {meaning.row.category for meaning in found} == {CodeCategory.WRONG_PIN}
    assert all(meaning.advice.category is meaning.row.category for meaning in found)


def test_a_dialect_narrows_the_search() -> None:
    """It still knows which other dialects have the code."""
    narrow = Lexicon(codes=CODES, language=Language.EN, dialect="visa")
    assert {meaning.dialect for meaning in narrow.explain("55").codes} == {"visa"}
    assert "unionpay" in narrow.dialects_with("55")


def test_letters_of_a_code_may_be_small() -> None:
    """Hosts write them large."""
    assert LEXICON.explain("a0").codes == LEXICON.explain("A0").codes != ()


def test_a_category_has_its_codes_and_its_alerts() -> None:
    """Of a category of codes the codes by dialect, of one of alerts its alerts."""
    codes = LEXICON.explain("wrong_pin")
    assert codes.category is not None
    assert {row.category for dialect in codes.category_codes for row in dialect.codes.values()} == {
        CodeCategory.WRONG_PIN
    }
    alerts = LEXICON.explain("printer").alerts
    assert "PaperOut" in {meaning.runbook.alertname for meaning in alerts}
    assert {meaning.rule.detector.category for meaning in alerts if meaning.rule} == {Category.PRINTER}


def test_a_dialect_is_itself_a_word() -> None:
    """With all of its codes."""
    dialect = LEXICON.explain("VISA").dialect
    assert dialect is not None
    assert dialect.name == "visa"


@pytest.mark.parametrize(
    ("word", "suggested"),
    [("Paper", "PaperOut"), ("5", "05"), ("PaprOut", "PaperOut"), ("unionpai", "unionpay")],
)
def test_a_word_that_stands_for_nothing_has_suggestions(word: str, suggested: str) -> None:
    """Words that hold it, codes without their zeros, the word one slip away."""
    assert LEXICON.explain(word).is_empty
    assert suggested in LEXICON.suggestions(word)


def test_nothing_like_it_has_none() -> None:
    """And a letter or two say nothing."""
    assert LEXICON.suggestions("qqqqqqqq") == []
    assert LEXICON.suggestions("zz") == []


def test_names() -> None:
    """Every alert can be explained; a name is compared without case and joints."""
    assert {"TerminalOffline", "PaperOut"} <= set(alertnames())
    assert nearest_name("Wrong Pin", CodeCategory) == "wrong_pin"
    assert nearest_name("nothing", CodeCategory) is None
    assert detector_of("NoSuchAlert") is None


def test_chinese() -> None:
    """The runbook and the advice are those of the language."""
    chinese = Lexicon(codes=CODES, language=Language.ZH)
    paper = chinese.explain("PaperOut").alert
    assert paper is not None
    assert paper.runbook != LEXICON.explain("PaperOut").alert.runbook  # type: ignore[union-attr]
    assert chinese.explain("55").codes[0].advice.meaning != LEXICON.explain("55").codes[0].advice.meaning
