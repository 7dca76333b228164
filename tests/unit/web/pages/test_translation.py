import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.domain.alerts.alert import AlertState, Category, Severity
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.fleet.device_record import facts_of_row
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    NetworkType,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
)
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.runbooks.runbook import Language
from monitor.web.pages.translation import Translation, catalogue, language_of
from tests.fleets import RUNBOOKS, inventory_row

WEB = Path(__file__).parents[4] / "monitor" / "web"
VALUES: tuple[Any, ...] = (
    Activity,
    AlertState,
    Category,
    CodeCategory,
    ComponentStatus,
    Connectivity,
    Health,
    InventoryStatus,
    NetworkType,
    Outcome,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
    Severity,
)
CHINESE = Translation(Language.ZH, RUNBOOKS)
ENGLISH = Translation(Language.EN, RUNBOOKS)


def said_in_templates() -> Iterator[str]:
    """Yield what the templates give to be said; of two forms the one for many."""
    for path in (WEB / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"\b_\(\"([^\"]+)\"", text)
        yield from re.findall(r"\bcount\([^\"]+\"[^\"]+\", \"([^\"]+)\"", text)


def said_in_code() -> Iterator[str]:
    """Yield what the code of the pages gives to be said."""
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                (first, *_) = node.args
                if isinstance(first, ast.Constant):
                    yield str(first.value)


def test_everything_that_is_said_is_in_the_catalogue() -> None:
    """No label of the Chinese pages is left in English."""
    said = {*said_in_templates(), *said_in_code()}
    assert len(said) > 100
    assert said - set(catalogue(Language.ZH)) == set()


def test_every_value_of_the_api_has_a_word() -> None:
    """States, severities, outcomes and the like are said in Chinese as well."""
    values = {value.value.replace("_", " ") for enumeration in VALUES for value in enumeration}
    known = {name.replace("_", " ") for name in facts_of_row(inventory_row(1))}
    assert (values | known) - set(catalogue(Language.ZH)) == set()


def test_the_catalogue_holds_nothing_twice_or_in_vain() -> None:
    """Every Chinese text is Chinese, and has the places of the English one."""
    same = {"posmon"}
    for english, chinese in catalogue(Language.ZH).items():
        places = [name for _, name, _, _ in Formatter().parse(english) if name is not None]
        assert sorted(places) == sorted(
            name for _, name, _, _ in Formatter().parse(chinese) if name is not None
        ), english
        assert english in same or re.search(r"[\u4e00-\u9fff]", chinese) or set(places), english


def test_alerts_have_names_in_both_languages() -> None:
    """A Chinese alert is called what its runbook is called."""
    assert CHINESE.alert("PaperOut") == "打印机缺纸"
    assert ENGLISH.alert("PaperOut") == "Paper out"
    for detector in DETECTORS:
        assert re.search(r"[\u4e00-\u9fff]", CHINESE.alert(detector.alertname))


def test_numbers() -> None:
    """English has two forms, Chinese one; what is not in the catalogue stays as it is."""
    assert ENGLISH.count(1, "1 site is dark", "{n} sites are dark") == "1 site is dark"
    assert ENGLISH.count(2, "1 site is dark", "{n} sites are dark") == "2 sites are dark"
    assert "1" in CHINESE.count(1, "1 site is dark", "{n} sites are dark")
    assert CHINESE("no such words") == "no such words"


ASKED = [
    ({}, {}, "", Language.EN),
    ({}, {}, "zh-CN,en;q=0.5", Language.ZH),
    ({}, {"lang": "en"}, "zh", Language.EN),
    ({"lang": "zh"}, {"lang": "en"}, "en", Language.ZH),
    ({"lang": "xx"}, {"lang": "yy"}, "zh", Language.ZH),
]


@pytest.mark.parametrize(("query", "cookies", "accept", "language"), ASKED)
def test_language_of_a_request(
    query: dict[str, str], cookies: dict[str, str], accept: str, language: Language
) -> None:
    """What is asked for decides, then what was chosen before, then the browser."""
    request: Any = SimpleNamespace(query=query, cookies=cookies, headers={"Accept-Language": accept})
    assert language_of(request) is language
