"""The runbooks that posmon brings along are whole, in both languages, and true."""

import re
from pathlib import Path

import pytest

from monitor.adapters.runbook_files import load_runbooks
from monitor.config.schema import keys_below
from monitor.config.settings import Settings
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.runbooks.runbook import SECTIONS, Language, Runbook
from monitor.domain.runbooks.text import RunbookText, SpanKind, plain

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/runbooks"
ALERTS = sorted(detector.alertname for detector in DETECTORS)
RUNBOOKS = load_runbooks()
EVERY = [
    pytest.param(runbook, id=f"{alertname}.{language}")
    for alertname in RUNBOOKS.alertnames
    for language in Language
    if (runbook := RUNBOOKS.find(alertname, language)) and runbook.language is language
]
KEYS = {".".join(keys) for keys, _ in keys_below(Settings)}
LONGEST_ACTION = 200


def texts(runbook: Runbook) -> list[RunbookText]:
    """Return every text of a runbook, section by section."""
    return [item for name in SECTIONS for block in getattr(runbook, name) for item in block.items]


@pytest.mark.parametrize("alertname", ALERTS)
def test_every_alert_has_a_runbook_in_both_languages(alertname: str) -> None:
    """Each detector of the table has its two files."""
    for language in Language:
        runbook = RUNBOOKS.find(alertname, language)
        assert runbook is not None
        assert runbook.language is language


def test_no_runbook_outlives_its_alert() -> None:
    """Each file is about an alert of this release."""
    assert set(RUNBOOKS.alertnames) <= set(ALERTS)
    assert {path.name.partition(".")[0] for path in FOLDER.glob("*.md")} - {"README"} == set(
        RUNBOOKS.alertnames
    )


@pytest.mark.parametrize("runbook", EVERY)
def test_first_words_for_the_shop_are_short(runbook: Runbook) -> None:
    """They become an annotation, which is read on a telephone."""
    first = plain(runbook.shop[0].items[0])
    assert len(first) <= LONGEST_ACTION
    assert first[-1] in ".。"
    assert plain(runbook.meaning[0].items[0])[-1] in ".。"


@pytest.mark.parametrize("runbook", EVERY)
def test_runbook_is_in_its_language(runbook: Runbook) -> None:
    """The Chinese one is Chinese throughout, the English one has no Chinese in its words."""
    assert runbook.title
    for name in SECTIONS:
        words = " ".join(plain(item) for block in getattr(runbook, name) for item in block.items)
        assert bool(re.search("[\u4e00-\u9fff]", words)) == (runbook.language is Language.ZH), name


@pytest.mark.parametrize("runbook", EVERY)
def test_tuning_names_settings_that_exist(runbook: Runbook) -> None:
    """Each entry names a key, and every dotted name is one."""
    for block in runbook.tuning:
        for item in block.items:
            codes = [span.text for span in item if span.kind is SpanKind.CODE]
            dotted = [code.partition(":")[0] for code in codes if re.match(r"[a-z_]+\.\w", code)]
            assert set(dotted) <= KEYS, set(dotted) - KEYS


@pytest.mark.parametrize("runbook", EVERY)
def test_links_lead_somewhere(runbook: Runbook) -> None:
    """A link goes to a file in the repository, in the reader's language, or to https."""
    for item in texts(runbook):
        for span in item:
            if span.kind is SpanKind.LINK and not span.target.startswith("https://"):
                assert (FOLDER / span.target.partition("#")[0]).is_file(), span.target
