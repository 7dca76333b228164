import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.strict_json import BadJson, decode_leniently, decode_strictly

REFUSED = [
    ("nothing", b"", "not JSON in UTF-8", None),
    ("not JSON", b'{"a": 1,\n "b": x}', "not JSON in UTF-8", 2),
    ("cut off", b'{"a":\n\n[1, 2', "not JSON in UTF-8", None),
    ("not UTF-8", b'{"a": "\xff"}', "not JSON in UTF-8", None),
    ("a byte order mark", b"\xef\xbb\xbf{}", "not JSON in UTF-8", 1),
    ("NaN", b'{"a":\n NaN}', "not JSON in UTF-8", 2),
    ("a number too large", b'{"a": 1e999}', "a number out of range", None),
    ("a huge integer", b'{"a": 1180591620717411303424}', "an integer beyond 64 bits", None),
    ("a lone surrogate", b'{"a": "\\ud800"}', "not JSON in UTF-8", None),
    ("a key twice", b'{"a": 1, "a": 2}', "a key occurs twice", None),
    ("a key twice, once escaped", b'{"a": 1, "\\u0061": 2}', "a key occurs twice", None),
    ("a key twice deep inside", b'[{"b": {"a": 1, "a": 2}}]', "a key occurs twice", None),
    ("endless depth", b"[" * 100_000, "nested too deeply", None),
]


@pytest.mark.parametrize(
    ("body", "reason", "line"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_has_no_one_meaning_is_refused(body: bytes, reason: str, line: int | None) -> None:
    """Each refusal is told in words of ours, with the line where there is one."""
    with pytest.raises(BadJson) as refused:
        decode_strictly(body)
    assert str(refused.value) == reason
    if line is not None:
        assert refused.value.line == line


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_plain_json_is_taken_as_it_is(value: object) -> None:
    """Whatever another encoder writes of plain values is read as those values."""
    for ascii_only in (True, False):
        assert decode_strictly(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    """No bytes lead to another error."""
    with suppress(BadJson):
        decode_strictly(body)


@pytest.mark.parametrize("behind", [b"\0", b"\0\r\n", b"\n\0\0", b" \0 \n\0\t"])
def test_nuls_and_white_space_behind_a_text_are_no_part_of_it(behind: bytes) -> None:
    """Programs in C send the end of their string, and some a line break behind it."""
    assert decode_leniently(b'{"a": 1}' + behind) == {"a": 1}
