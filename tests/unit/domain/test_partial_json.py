import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.partial_json import read_beginning
from monitor.domain.strict_json import BadJson

DOCUMENT = {"id": "1", "n": 12.5, "o": {"a": [1, None]}, "events": [{"x": "]}"}, {"y": 2}], "z": "ü"}
TEXT = json.dumps(DOCUMENT, ensure_ascii=False).encode()


@given(st.integers(1, len(TEXT) - 1))
def test_members_before_the_cut_are_those_of_the_whole(cut: int) -> None:
    """Wherever the text ends, nothing is made up: members are whole, and a list holds its first items."""
    members, place = read_beginning(TEXT[:cut])
    for name, value in members.items():
        whole = DOCUMENT[name]
        assert value == whole or (name == place and isinstance(whole, list) and value == whole[: len(value)])


def test_the_member_that_was_cut_is_named() -> None:
    """So it can be told whether the events, or something else, made the text too long."""
    assert read_beginning(b'{"a": 1, "events": [{"b": 2}, {"c"') == ({"a": 1, "events": [{"b": 2}]}, "events")
    assert read_beginning(b'{"a": 12') == ({}, "a")
    assert read_beginning(b'{"events": [], "b": "x') == ({"events": []}, "b")
    assert read_beginning(b'{"a": 1}') == ({"a": 1}, "")


@pytest.mark.parametrize("text", [b"", b"[1, 2", b"\xff{", b'{"a":' * 9000])
def test_what_is_no_object_is_refused(text: bytes) -> None:
    """As is what is nested too deeply."""
    with pytest.raises(BadJson):
        read_beginning(text)
