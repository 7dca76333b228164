import json

import pytest

from monitor.domain.pushing.document import (
    MAX_LINE_BYTES,
    MOST_ITEMS,
    MOST_PARTS,
    WrongShape,
    check_line,
    decode_document,
    events_of,
    split_lines,
    terminal_id_of,
)
from monitor.domain.strict_json import UNCLEAR, BadJson


def test_a_document_names_its_terminal_without_padding() -> None:
    """DE41 is padded on the right; spaces on the left belong to the text."""
    assert terminal_id_of({"terminal_id": " 10000001  "}) == " 10000001"


@pytest.mark.parametrize("terminal_id", ["", "a b", "\x01"])
def test_a_garbled_id_is_returned_for_the_intake_to_count(terminal_id: str) -> None:
    """It is text, so it says something about the hardware that sent it."""
    assert terminal_id_of({"terminal_id": terminal_id}) == terminal_id


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (None, "not an object"),
        ({}, "terminal_id: missing"),
        ({"terminal_id": None}, "terminal_id: missing"),
        ({"terminal_id": 10000001}, "terminal_id: not text"),
    ],
)
def test_a_document_that_names_no_terminal_is_refused(document: object, fault: str) -> None:
    """The fault names the field."""
    with pytest.raises(WrongShape, match=f"^{fault}$"):
        terminal_id_of(document)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "events: missing"),
        ({"events": {}}, "events: not a list"),
        ({"events": [0] * (MOST_ITEMS + 1)}, f"events: more than {MOST_ITEMS}"),
    ],
)
def test_a_document_without_a_bounded_list_of_events_is_refused(document: object, fault: str) -> None:
    """The events themselves are not looked at."""
    with pytest.raises(WrongShape, match=f"^{fault}$"):
        events_of(document)
    assert events_of({"events": [0] * MOST_ITEMS}) == [0] * MOST_ITEMS


def test_decoding_is_lenient_but_refuses_bodies_that_cost_too_much_to_build() -> None:
    """A key twice costs itself alone; a body of nothing but lists is refused before it is decoded."""
    assert decode_document(b'{"a": [1]}') == {"a": [1]}
    assert decode_document(b'\xef\xbb\xbf{"a": 1, "a": 2, "b": 3}\0') == {"a": UNCLEAR, "b": 3}
    with pytest.raises(BadJson, match="not JSON"):
        decode_document(b'{"a": 1')
    decode_document(json.dumps([[]] * (MOST_PARTS - 1)).encode())
    with pytest.raises(WrongShape, match="holds too many lists and objects"):
        decode_document(json.dumps([[]] * MOST_PARTS).encode())


def test_lines_keep_their_numbers_and_are_bounded_in_number_and_length() -> None:
    """Blank lines say nothing and are passed over."""
    assert split_lines(b"a\n\n \nb\n") == [(0, b"a"), (3, b"b")]
    with pytest.raises(WrongShape, match=f"more than {MOST_ITEMS} lines"):
        split_lines(b"\n" * (MOST_ITEMS + 1))
    check_line(b"x" * MAX_LINE_BYTES)
    with pytest.raises(BadJson, match=f"longer than {MAX_LINE_BYTES} bytes"):
        check_line(b"x" * (MAX_LINE_BYTES + 1))
