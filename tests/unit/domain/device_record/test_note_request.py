from typing import Any

import pytest

from monitor.domain.device_record.entry import EntryKind
from monitor.domain.device_record.note_request import CLOCKS_DIFFER_S, LONGEST_TEXT, read_note
from monitor.domain.errors import InvalidAction
from monitor.domain.instant import rfc3339

NOW = 1_795_222_800.0


def test_a_line_is_read_with_its_kind_and_time() -> None:
    """Without them it is a note of now."""
    wish = read_note({"text": " new display ", "kind": "repair", "at": rfc3339(NOW - 60), "by": "ann"}, NOW)
    assert (wish.kind, wish.text, wish.at) == (EntryKind.REPAIR, "new display", NOW - 60)
    wish = read_note({"text": "seen"}, NOW)
    assert (wish.kind, wish.at) == (EntryKind.NOTE, NOW)


def test_a_clock_that_is_a_little_ahead_says_now() -> None:
    """The record says nothing of the future."""
    assert read_note({"text": "seen", "at": rfc3339(NOW + CLOCKS_DIFFER_S)}, NOW).at == NOW


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ([], None),
        ({}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "text"),
        ({"text": "card 4111 1111 1111 1111"}, "text"),
        ({"text": "two\nlines"}, "text"),
        ({"text": "x", "kind": "change"}, "kind"),
        ({"text": "x", "kind": "party"}, "kind"),
        ({"text": "x", "at": "yesterday"}, "at"),
        ({"text": "x", "at": rfc3339(NOW + CLOCKS_DIFFER_S + 1)}, "at"),
        ({"text": "x", "at": "1969-12-31T00:00:00Z"}, "at"),
        ({"text": "x", "when": "now"}, "when"),
    ],
)
def test_a_wrong_line_is_refused_by_its_field(written: Any, field: str | None) -> None:
    """In words; a card number is not repeated."""
    with pytest.raises(InvalidAction) as caught:
        read_note(written, NOW)
    assert field in [fault.field for fault in caught.value.faults]
    assert "4111" not in str(caught.value.faults)
