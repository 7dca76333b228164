import json
from typing import Any

from monitor.cli.explain.data import explanation_json, listing_json
from monitor.cli.explain.lexicon import Lexicon, alertnames
from monitor.config.dialect_files import load_response_codes
from monitor.domain.alerts.alert import Category
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.runbooks.runbook import SECTIONS, Language

CODES = load_response_codes()


def explained(word: str) -> dict[str, Any]:
    """Return what programs get for a word."""
    document: dict[str, Any] = json.loads(
        explanation_json(Lexicon(codes=CODES, language=Language.EN).explain(word))
    )
    return document


def test_a_code_with_its_meaning_by_dialect() -> None:
    """And with the alerts that count its category."""
    document = explained("55")
    assert (document["word"], document["lang"], document["alert"], document["category"]) == (
        "55",
        "en",
        None,
        None,
    )
    visa = next(code for code in document["codes"] if code["dialect"] == "visa")
    assert (visa["code"], visa["category"]) == ("55", "wrong_pin")
    assert visa["text"]
    assert visa["text_zh"]
    assert "PinLockImminent" in visa["alerts"]


def test_an_alert_with_every_section_as_plain_text() -> None:
    """Nothing of Markdown is left, and the detector's defaults stand beside it."""
    alert = explained("PaperOut")["alert"]
    assert (alert["alertname"], alert["category"], alert["severity"]) == ("PaperOut", "printer", "critical")
    assert (alert["for_seconds"], alert["owner"]) == (60.0, "shop")
    for section in SECTIONS:
        assert not [text for text in alert[section] if "](" in text or "**" in text]
    assert alert["shop"]


def test_a_category_with_its_codes_by_dialect() -> None:
    """In the order of the dialect."""
    category = explained("wrong_pin")["category"]
    assert "55" in category["codes"]["visa"]
    assert category["oncall"]


def test_the_listing_has_everything_that_can_be_explained() -> None:
    """Alerts, both kinds of categories, and the codes of every dialect."""
    listing = json.loads(listing_json(CODES))
    assert listing["alerts"] == list(alertnames())
    assert listing["categories"] == [category.value for category in CodeCategory]
    assert listing["alert_categories"] == [category.value for category in Category]
    assert set(listing["dialects"]) == set(CODES.dialects)
