from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.sources.json_mapping import BadExpression, Expression, JsonMapping, Mapped
from monitor.adapters.sources.reports import read_time
from monitor.domain.heartbeat.reading import PrinterStatus

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
MAPPING = JsonMapping(
    id=Expression("deviceId"),
    online=Mapped(expression=Expression("state"), words={"CONNECTED": "online", "LOST": "offline"}),
    seen_at=Mapped(expression=Expression("lastSeen"), time_format="epoch_ms"),
    fields={
        "battery.percent": Mapped(expression=Expression("power.level")),
        "printer.status": Mapped(expression=Expression("prn"), words={"NO_PAPER": "paper_out"}),
        "model": Mapped(expression=Expression("type")),
    },
)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("a.b", 1),
        ("a.c", None),
        ("list[0].x", 2),
        ("length(list)", 1),
        ("a.b.c", None),
        ("length(a.b)", None),
        ("@", {"a": {"b": 1}, "list": [{"x": 2}]}),
    ],
)
def test_expressions_find_values(expression: str, found: object) -> None:
    """What is not there, or cannot be applied, is None."""
    assert Expression(expression)({"a": {"b": 1}, "list": [{"x": 2}]}) == found


@pytest.mark.parametrize("expression", ["a..b", "a[", "", "foo("])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    """It is found when it is compiled, not when it is used."""
    with pytest.raises(BadExpression):
        Expression(expression)


def test_an_item_becomes_a_report() -> None:
    """Fields, words and times are translated."""
    item = {
        "deviceId": 4711,
        "state": "CONNECTED",
        "lastSeen": 1_700_000_000_500,
        "power": {"level": "87"},
        "prn": "NO_PAPER",
        "type": "N910",
    }
    report = MAPPING.report(item)
    assert report is not None
    assert (report.terminal, report.online, report.seen_at) == ("4711", True, 1_700_000_000.5)
    assert (report.reading.battery_percent, report.reading.model) == (87, "N910")
    assert report.reading.printer_status is PrinterStatus.PAPER_OUT
    assert report.unreadable == ()


def test_an_unknown_word_leaves_its_field_unknown() -> None:
    """It is named, and costs no other field."""
    report = MAPPING.report({"deviceId": "A", "prn": "ON_FIRE", "power": {"level": 12}})
    assert report is not None
    assert report.reading.printer_status is None
    assert report.reading.battery_percent == 12
    assert report.unreadable == ("printer.status: a word that the mapping does not list",)


def test_a_card_number_is_no_value() -> None:
    """A text that could be one is dropped, also where the mapping would take it."""
    report = MAPPING.report({"deviceId": "A", "type": "4111111111111111"})
    assert report is not None
    assert report.reading.model is None
    assert report.unreadable == ("model: could be a card number",)


@pytest.mark.parametrize("terminal", [None, "", "x" * 129, "a\nb", [], 1.5, "4111111111111111"])
def test_an_item_without_an_id_is_none(terminal: object) -> None:
    """What cannot be an id is not guessed."""
    assert MAPPING.report({"deviceId": terminal}) is None


@pytest.mark.parametrize(
    ("value", "time_format", "seconds"),
    [
        ("2026-11-30T16:00:00Z", "rfc3339", 1_796_054_400.0),
        (1_796_054_400, "epoch", 1_796_054_400.0),
        ("1796054400000", "epoch_ms", 1_796_054_400.0),
        ("yesterday", "epoch", None),
        (True, "epoch", None),
        (None, "rfc3339", None),
    ],
)
def test_times(value: object, time_format: str, seconds: float | None) -> None:
    """Each format is read as it is meant, and nothing else."""
    assert read_time(value, time_format) == seconds


def test_a_mapping_explains_itself() -> None:
    """Each field is shown with its expression, the raw value and what became of it."""
    rows = {row.field: row for row in MAPPING.explain({"deviceId": "A", "prn": "?", "power": {"level": 300}})}
    assert (rows["id"].raw, rows["id"].becomes) == ("A", "A")
    assert rows["printer.status"].problem == "a word that the mapping does not list"
    assert rows["battery.percent"].problem == "not a number between 0 and 100"


@given(item=JSON)
def test_any_item_is_read_or_left_out(item: Any) -> None:
    """Whatever a service sends, nothing is raised."""
    report = MAPPING.report(item)
    assert report is None or report.terminal
