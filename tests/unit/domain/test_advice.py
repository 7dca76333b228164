import pytest

from monitor.domain.advice import advice_for
from monitor.domain.detectors.table import DETECTORS


@pytest.mark.parametrize("alertname", [detector.alertname for detector in DETECTORS])
def test_every_alert_comes_with_advice_in_both_languages(alertname: str) -> None:
    """Whoever reads it is told what it means and what to do, each in one paragraph."""
    advice = advice_for(alertname)
    for text in (advice.meaning, advice.action, advice.action_zh):
        assert text
        assert text == text.strip()
        assert text.isprintable()
    assert advice.meaning.isascii()
    assert advice.action.endswith(".")
    assert any("一" <= character <= "鿿" for character in advice.action_zh)
    assert advice.action_zh.endswith("。")


def test_there_is_no_advice_for_what_is_no_alert() -> None:
    """A name that was mistyped is an error, not silence."""
    with pytest.raises(KeyError):
        advice_for("PaperAbsent")
