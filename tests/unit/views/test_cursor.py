from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.views.cursor import BadCursor, decode_cursor, decode_number, encode_cursor

_characters = st.characters(exclude_categories=["Cs"])


@given(key=st.lists(st.text(_characters), min_size=1, max_size=3))
def test_a_cursor_gives_its_key_back(key: list[str]) -> None:
    """Whatever a key holds survives, and the cursor needs no escaping in a query string."""
    cursor = encode_cursor(*key)
    assert list(decode_cursor(cursor, parts=len(key))) == key
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(text=st.text() | st.text("ABCabc019-_="))
def test_anything_else_is_refused_in_one_way(text: str) -> None:
    """A cursor is a stranger's input: it decodes, or it is a BadCursor."""
    with suppress(BadCursor):
        assert len(decode_cursor(text, parts=1)) == 1


def test_the_cursor_of_another_listing_is_refused() -> None:
    """A cursor of alerts means nothing to terminals."""
    with pytest.raises(BadCursor):
        decode_cursor(encode_cursor("a", "b"), parts=1)


@pytest.mark.parametrize("written", ["-5", "9" * 19, "1.5", "", "\u0663", "x"])
def test_a_cursor_of_numbers_holds_one_that_a_store_can_hold(written: str) -> None:
    """Any other was not written by posmon."""
    assert decode_number(encode_cursor("42")) == 42
    with pytest.raises(BadCursor):
        decode_number(encode_cursor(written))
