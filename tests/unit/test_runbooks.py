"""The runbooks that posmon brings along are whole, in both languages, and true."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest

from monitor.adapters.runbook_files import load_runbooks
from monitor.config.schema import keys_below
from monitor.config.settings import Settings
from monitor.domain.alerts.detector import Detector
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.duration import spoken_duration
from monitor.domain.runbooks.figures import settings_in
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


def _numbers(detector: Detector) -> Iterator[tuple[str, float]]:
    """Yield the fields of a rule that are numbers, with their defaults."""
    yield from (("for_s", detector.for_s), ("keep_firing_s", detector.keep_firing_s))
    for field in fields(detector.limits):
        value = getattr(detector.limits, field.name)
        if isinstance(value, int | float):
            yield field.name, value


def _changed(name: str, value: float) -> float:
    if name.endswith("_s"):
        return 3 * value + 7
    return value / 2 + 0.013 if 0 < value < 1 else value + 57


CHANGED = RuleBook(
    {each.alertname: {name: _changed(name, value) for name, value in _numbers(each)} for each in DETECTORS}
)
ENGLISH_NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six", 10: "ten", 15: "fifteen", 20: "twenty"}
ENGLISH_TIMES = {1: "an?|one", 2: "two", 5: "five", 10: "ten", 15: "fifteen", 24: "twenty-four", 30: "thirty"}
CHINESE_NUMBERS = {
    1: "一",
    2: "两",
    3: "三",
    4: "四",
    5: "五",
    6: "六",
    10: "十",
    15: "十五",
    20: "二十",
    30: "三十",
}


def _ways_to_say(name: str, value: float) -> Iterator[str]:
    """Yield patterns that find a default, however it is written; small counts are everybody's words."""
    if name.endswith("_s"):
        english, chinese = spoken_duration(value)
        number, unit = english.split(" ")
        words = ENGLISH_TIMES.get(int(float(number)), number)
        yield rf"(?<!of )\b(?:{number}|{words}) {unit}"
        yield rf"(?:{number} ?|{CHINESE_NUMBERS.get(int(float(number)), number)}){chinese.split(' ')[1]}"
    elif 0 < value < 1:
        yield rf"\b{value * 100:g} ?%"
    elif abs(value) > 2:
        yield rf"(?<![\d.]){value:g}(?![\d.])"
        yield rf"\b{ENGLISH_NUMBERS.get(int(value), 'no such number')}\b"
        yield rf"{CHINESE_NUMBERS.get(int(value), 'no such number')} ?[台次张笔个]"


@pytest.mark.parametrize("runbook", EVERY)
def test_figures_are_written_with_their_defaults(runbook: Runbook) -> None:
    """Where the file is read as it is, the limits in it are true; and each names a setting that exists."""
    setting = partial(RuleBook().setting, runbook.alertname)
    assert None not in [setting(key) for text in texts(runbook) for key in settings_in(text)]
    assert runbook.filled(setting) == runbook.filled(lambda _key: None)


@pytest.mark.parametrize("runbook", EVERY)
def test_no_default_is_left_when_every_setting_differs(runbook: Runbook) -> None:
    """What an alert is said to mean has the limits and holds in force, all of them."""
    detector = next(each for each in DETECTORS if each.alertname == runbook.alertname)
    meaning = runbook.filled(partial(CHANGED.setting, runbook.alertname)).meaning
    said = " ".join(plain(item) for block in meaning for item in block.items)
    left = [
        (name, found[0])
        for name, value in _numbers(detector)
        if value
        for pattern in _ways_to_say(name, value)
        if (found := re.search(pattern, said))
    ]
    assert not left, said


@pytest.mark.parametrize("runbook", EVERY)
def test_annotations_hold_figures_of_their_own_alert_only(runbook: Runbook) -> None:
    """They are filled with the settings of the very terminal, which other alerts' are not at hand for."""
    for block in (runbook.meaning[0], runbook.shop[0]):
        assert not [key for key in settings_in(block.items[0]) if "." in key]


def test_settings_that_are_told_are_told_in_both_languages() -> None:
    """Neither language keeps a limit to itself."""
    told: dict[str, Mapping[str, set[str]]] = {
        alertname: {
            language: {key for text in texts(runbook) for key in settings_in(text)}
            for language in Language
            if (runbook := RUNBOOKS.find(alertname, language))
        }
        for alertname in ALERTS
    }
    assert {name: both for name, both in told.items() if both[Language.EN] != both[Language.ZH]} == {}
