from monitor.domain.runbooks.markdown import parse_runbook
from monitor.domain.runbooks.runbook import Language, Runbooks
from monitor.domain.runbooks.text import plain
from tests.unit.domain.runbooks.test_markdown import CHINESE, WHOLE

ENGLISH_RUNBOOK = parse_runbook(WHOLE, Language.EN)
CHINESE_RUNBOOK = parse_runbook(CHINESE, Language.ZH)


def test_runbook_is_found_in_its_language() -> None:
    """Where it was not translated the English one serves; where there is none, nothing does."""
    both = Runbooks([ENGLISH_RUNBOOK, CHINESE_RUNBOOK])
    assert both.alertnames == ("PaperOut",)
    assert both.find("PaperOut", Language.ZH) is CHINESE_RUNBOOK
    assert Runbooks([ENGLISH_RUNBOOK]).find("PaperOut", Language.ZH) is ENGLISH_RUNBOOK
    assert both.find("PaperLow", Language.EN) is None


def test_advice_is_the_first_paragraph_without_marks() -> None:
    """Annotations say what the runbook says first."""
    marked = parse_runbook(WHOLE.replace("Insert a roll.", "Insert **a** `roll`."), Language.EN)
    advice = Runbooks([marked, CHINESE_RUNBOOK]).advice()["PaperOut"]
    assert plain(advice.meaning) == "The roll is used up or lies the wrong way round."
    assert plain(advice.action) == "Insert a roll."
    assert plain(advice.meaning_zh) == plain(advice.action_zh) == "纸卷用完了，请换纸。"  # noqa: RUF001


def test_alert_without_a_translation_has_no_advice_yet() -> None:
    """An annotation in one language only would be worse than that of before."""
    assert Runbooks([ENGLISH_RUNBOOK]).advice() == {}
