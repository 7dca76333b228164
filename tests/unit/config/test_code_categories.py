import re

import pytest

from monitor.config.code_categories import category_advice
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.runbooks.runbook import Language

ALERTS = {detector.alertname for detector in DETECTORS}


@pytest.mark.parametrize("category", CodeCategory)
def test_category_is_explained_in_both_languages(category: CodeCategory) -> None:
    """Meaning, shop and on-call are sentences in their language; the alerts that count it exist."""
    for language, end in ((Language.EN, "."), (Language.ZH, "。")):
        advice = category_advice(category, language)
        for text in (advice.meaning, advice.shop, advice.oncall):
            assert text.endswith(end)
            assert bool(re.search("[\u4e00-\u9fff]", text)) == (language is Language.ZH)
        assert set(advice.alerts) <= ALERTS


def test_key_and_pin_data_faults_are_not_wrong_pins() -> None:
    """What the terminal's keys are to blame for counts for another alert than what people typed."""
    wrong = category_advice(CodeCategory.WRONG_PIN, Language.EN).alerts
    for category in (CodeCategory.KEY_FAULT, CodeCategory.PIN_DATA_FAULT):
        assert category_advice(category, Language.EN).alerts == ("PinDataFault",)
    assert "PinDataFault" not in wrong
