from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.heartbeat.spellings import (
    flag,
    moment,
    number_between,
    text_up_to,
    whole_number_between,
    word_of,
    words_up_to,
)

LISTS = st.lists(st.integers() | st.text())
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | LISTS
PRINTER = word_of(PrinterStatus)


@example(10**400)
@example(-(10**400))
@given(ANYTHING)
def test_anything_is_read_within_bounds_or_not_at_all(written: Any) -> None:
    """No value raises, and none comes out that the field could not hold."""
    number, whole = number_between(0, 100)(written), whole_number_between(0, 9)(written)
    assert number is None or 0 <= float(str(number)) <= 100
    assert whole is None or whole in range(10)
    assert flag(written) in {True, False, None}
    assert PRINTER(written) in {*PrinterStatus, None}
    text = text_up_to(5)(written)
    assert text is None or text == written
    words = words_up_to(2, 5)(written)
    assert words is None or words == tuple(written)


@given(st.text())
def test_no_other_word_is_ok(written: str) -> None:
    """Only those letters, in any case and between blanks, are."""
    assert (PRINTER(written) == "ok") <= (written.strip().lower() == "ok")


@pytest.mark.parametrize("written", ["O K", "okay", "0k", "o-k", "1", ""])
def test_what_looks_like_ok_is_not(written: str) -> None:
    """A word is read whole or not at all."""
    assert PRINTER(written) is None


def test_a_time_keeps_its_writing() -> None:
    """Unix times become RFC 3339, everything else stays as the terminal wrote it."""
    assert moment("2026-11-21T01:00:00+08:00") == "2026-11-21T01:00:00+08:00"
    assert moment(1_000_000_000) == "2001-09-09T01:46:40.000Z"
    assert moment("2026-11-21 01:00") is None
