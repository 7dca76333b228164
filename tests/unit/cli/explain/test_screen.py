import io

import pytest
from rich.console import Console, RenderableType

from monitor.cli.explain.lexicon import Lexicon, alertnames
from monitor.cli.explain.screen import explanation_screen, listing_screen
from monitor.config.dialect_files import load_response_codes
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.runbooks.runbook import HEADINGS, Language

CODES = load_response_codes()


def shown(screen: RenderableType) -> str:
    """Return what a screen of 100 columns shows."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    with console.capture() as capture:
        console.print(screen)
    return capture.get()


def explained(word: str, language: Language = Language.EN) -> str:
    """Return the explanation of a word."""
    return shown(explanation_screen(Lexicon(codes=CODES, language=language).explain(word)))


@pytest.mark.parametrize("language", Language)
def test_an_alert_is_explained_by_its_runbook(language: Language) -> None:
    """Every section stands under its heading, in the language asked for."""
    screen = explained("PaperOut", language)
    for heading in HEADINGS[language]:
        assert heading in screen


def test_a_response_code_has_its_category_its_alerts_and_its_source() -> None:
    """Each dialect that knows the code has a row."""
    screen = explained("55")
    assert "Response code 55" in screen
    assert CodeCategory.WRONG_PIN.value in screen
    assert "PinFailuresOnTerminal" in screen
    assert "unionpay" in screen
    assert "Source" in screen


def test_a_dialect_lists_all_its_codes() -> None:
    """The name of a dialect stands for its table."""
    screen = explained("unionpay")
    for code in ("00", "55", "97"):
        assert code in screen


def test_the_list_names_everything_that_can_be_explained() -> None:
    """Whatever is named there is a word that explains something."""
    screen = shown(listing_screen(CODES, Language.EN))
    for name in (*alertnames(), *CodeCategory, *CODES.dialects):
        assert name in screen


def test_no_line_is_wider_than_the_screen() -> None:
    """Chinese characters take two columns each."""
    for language in Language:
        for line in explained("PinFailuresOnTerminal", language).splitlines():
            assert sum(1 + (character > "⺀") for character in line) <= 100
