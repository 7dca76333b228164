import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor.logs.lines import LONGEST_LINE, LONGEST_TEXT, ConsoleLines, json_line, printable


class Broken:
    """Has no representation."""

    def __str__(self) -> str:
        raise RuntimeError("no")


class Colour(StrEnum):
    """An enumeration."""

    RED = "red"


def read(event: dict[str, Any]) -> Any:
    """Render an event as JSON and read it with a strict reader."""
    return msgspec.json.decode(json_line(None, "info", event))


VALUES = [
    ("text", "Zürich 北京", "Zürich 北京"),
    ("a control sequence", "\x1b[31mred", "\x1b[31mred"),
    ("line ends", "a\r\nb\u2028c\u0085", "a\r\nb\u2028c\u0085"),
    ("a lone surrogate", "a\ud800b", "a\\ud800b"),
    ("a number", 5, 5),
    ("nothing", None, None),
    ("not a number", float("nan"), "nan"),
    ("infinity", float("-inf"), "-inf"),
    ("a huge number", 10**5000, "a number of 16610 bits"),
    ("an enumeration", Colour.RED, "red"),
    ("a path", Path("/x"), "/x"),
    ("bytes", b"\xff\n", "b'\\xff\\n'"),
    ("an exception", ValueError("a\nb"), "ValueError('a\\nb')"),
    ("a secret", SecretStr("hunter2"), "**********"),
    ("what has no text", Broken(), "<Broken: RuntimeError>"),
    ("a set", {1}, [1]),
    ("a mapping with odd keys", {(1, 2): {3: 4}}, {"(1, 2)": {"3": 4}}),
    ("deep nesting", [[[[[[1]]]]]], [[["[[[1]]]"]]]),
]


@pytest.mark.parametrize(("value", "found"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
def test_value_becomes_json(value: object, found: object) -> None:
    """Every value a caller may hand over becomes something JSON has."""
    assert read({"event": "test.ran", "value": value}) == {"event": "test.ran", "value": found}


def test_time_level_and_event_come_first() -> None:
    """Who reads raw lines finds the same three fields in front."""
    line = json_line(None, "info", {"a": 1, "event": "test.ran", "level": "info", "timestamp": "now"})
    assert list(json.loads(line)) == ["timestamp", "level", "event", "a"]


@pytest.mark.parametrize(
    "event",
    [
        {"event": "test.ran", "text": "x" * 10**6},
        {"event": "test.ran"} | {f"key{n}": "ä" * 7000 for n in range(20)},
        {"event": "x" * 10**6, "k" * 10**6: [["y" * 10**6] * 100] * 100},
        {"event": "test.ran"} | {f"key{n}": n for n in range(10**5)},
    ],
    ids=["long text", "many texts", "long everything", "many keys"],
)
def test_line_is_bounded(event: dict[str, Any]) -> None:
    """No event becomes longer than a journal takes in one line."""
    line = json_line(None, "info", event)
    assert len(line.encode()) <= LONGEST_LINE
    assert json.loads(line)["event"]


def test_chinese_is_readable_and_what_is_invisible_is_not() -> None:
    """People who read raw lines read names; what might end a line or turn it round is escaped."""
    line = json_line(None, "info", {"event": "test.ran", "site": "北京\u3000\u2028\u202e\U000e0001"})
    assert line == '{"event": "test.ran", "site": "北京\\u3000\\u2028\\u202e\\udb40\\udc01"}'


def test_wide_spaces_are_shown_as_they_are() -> None:
    """A space of Chinese text is no control character."""
    assert printable("\u5317\u4eac\u3000x\x1b") == "\u5317\u4eac\u3000x\\x1b"


def test_text_of_the_greatest_length_is_whole() -> None:
    """What just fits is not cut."""
    text = "x" * LONGEST_TEXT
    assert read({"event": "test.ran", "text": text})["text"] == text


def test_long_text_keeps_its_ends() -> None:
    """What is cut is the middle: a traceback's last line tells most."""
    text = read({"event": "test.ran", "exception": "Traceback" + "x" * 10**5 + "KeyError"})["exception"]
    assert text.startswith("Traceback")
    assert "(100017 characters)" in text
    assert text.endswith("KeyError")


def test_what_contains_itself_is_cut() -> None:
    """A circular value ends."""
    circle: list[Any] = []
    circle.append(circle)
    assert read({"event": "test.ran", "circle": circle})["event"] == "test.ran"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)
EVENTS = st.dictionaries(st.text(), ANYTHING).map(lambda fields: {"event": "test.ran"} | fields)


@given(EVENTS)
def test_any_event_is_one_printable_line(event: dict[str, Any]) -> None:
    """Whatever is logged is one JSON object on one line that strict readers take."""
    line = json_line(None, "info", event)
    assert line.isprintable()
    assert len(line.encode().splitlines()) == 1
    assert isinstance(msgspec.json.decode(line), dict)


@given(EVENTS, st.booleans())
def test_any_event_is_one_inert_line_for_people(event: dict[str, Any], colours: bool) -> None:
    """Whatever is logged shows as one line, and nothing but our own colours reaches the terminal."""
    line = ConsoleLines(colours=colours)(None, "info", event)
    for own in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m"):
        line = line.replace(own, "")
    assert printable(line) == line
    assert "\n" not in line


@given(st.text())
def test_traceback_lines_cannot_pass_for_events(text: str) -> None:
    """Every line of a traceback is indented and inert, whatever the exception says."""
    shown = ConsoleLines(colours=False)(None, "error", {"event": "test.ran", "exception": text})
    first, *rest = shown.split("\n")
    assert "test.ran" in first
    assert all(line.startswith("    ") and printable(line) == line for line in rest)


def test_people_see_time_level_event_and_fields() -> None:
    """The line for people is short and quotes only what needs quotes."""
    event = {
        "timestamp": "2026-11-21T03:05:19.897472Z",
        "level": "warning",
        "event": "poll.failed",
        "terminal_id": "10000001",
        "site": "Berlin 007",
        "ratio": 0.5,
        "empty": "",
    }
    line = ConsoleLines(colours=False)(None, "warning", event)
    assert line == (
        '03:05:19.897 warning  poll.failed terminal_id=10000001 site="Berlin 007" ratio=0.5 empty=""'
    )


def test_value_cannot_pass_for_another_field() -> None:
    """A value with an equals sign and quotes stays one value."""
    line = ConsoleLines(colours=False)(None, "info", {"event": "e", "a": '1" b="2', "c": "x=y"})
    assert line.endswith('a="1\\" b=\\"2" c="x=y"')


def test_colours_are_around_words_only() -> None:
    """With colours the words are the same."""
    event = {"timestamp": "2026-11-21T03:05:19.897472Z", "level": "error", "event": "e", "a": "b"}
    coloured = ConsoleLines(colours=True)(None, "error", dict(event))
    assert "\x1b[31merror" in coloured
    plain = ConsoleLines(colours=False)(None, "error", dict(event))
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[31m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain
