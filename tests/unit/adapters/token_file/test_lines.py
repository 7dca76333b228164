import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.token_file.lines import InvalidTokens, decode_tokens, encode_tokens
from monitor.domain.access.tokens import Scope
from tests.tokens import issued

HEADER = '{"format": "posmon tokens", "version": 1}\n'
GOOD: dict[str, Any] = json.loads(encode_tokens([issued(1).token]).splitlines()[1])


def line(**fields: Any) -> str:
    """Return a file of one token with `fields` laid over it; a field that is ... is left out."""
    kept = {name: value for name, value in (GOOD | fields).items() if value is not ...}
    return HEADER + json.dumps(kept) + "\n"


FAULTS = [
    ("an empty file", "", "f: ends in the middle of a line: it is damaged"),
    ("cut off", HEADER + '{"id": "00', "f: ends in the middle of a line: it is damaged"),
    ("no header", "{}\n", "f:1: format: must be 'posmon tokens'"),
    ("a header that is no JSON", "tokens\n", "f:1: is not JSON"),
    ("another version", HEADER.replace("1", "2"), "f:1: version: this posmon reads version 1"),
    ("a header with more", HEADER.replace("1}", '1, "x": 1}'), "f:1: holds more than format and version"),
    ("no JSON", HEADER + "x\n", "f:2: is not JSON"),
    ("an empty line", HEADER + "\n", "f:2: is not JSON"),
    ("no object", HEADER + "[]\n", "f:2: is no JSON object"),
    ("endless nesting", HEADER + "[" * 100_000 + "\n", "f:2: is not JSON"),
    ("a field twice", HEADER + '{"id": 1, "id": 2}\n', "f:2: a field stands twice"),
    ("an unknown field", line(comment="s3cret"), "f:2: holds a field that is not known"),
    ("no id", line(id=...), "f:2: id: must be text"),
    ("a wrong id", line(id="X" * 10), "f:2: id: must be 10 hexadecimal digits"),
    ("no name", line(name=" "), "f:2: name: must be 1 to 64 printable characters"),
    ("a name with a line break", line(name="a\nb"), "f:2: name: must be 1 to 64 printable characters"),
    ("another scope", line(scope="root"), "f:2: scope: must be one of read, operate, push, admin"),
    ("a scope that is a list", line(scope=["read"]), "f:2: scope: must be one of"),
    ("a short digest", line(sha256="00"), "f:2: sha256: must be 64 hexadecimal digits"),
    ("a secret for a digest", line(sha256="s3cret"), "f:2: sha256: must be 64 hexadecimal digits"),
    ("no time", line(created_at="yesterday"), "f:2: created_at: must be a time"),
    ("a time without zone", line(expires_at="2026-11-21T01:00:00"), "f:2: expires_at: must be a time"),
    ("a number for a time", line(revoked_at=1), "f:2: revoked_at: must be text"),
    ("no maker", line(created_by=None), "f:2: created_by: must be text"),
    ("a bad terminal", line(scope="push", terminal_id="a b"), "f:2: terminal_id: must be a terminal id"),
    ("a bound reader", line(terminal_id="10000001"), "f:2: terminal_id: only a token of scope push"),
    ("an id twice", line() + line().removeprefix(HEADER), "f:3: id: stands here again"),
    ("too many", HEADER + "{}\n" * 2001, "f: has more than 2000 tokens"),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_bad_file_is_refused_with_its_place(text: str, said: str) -> None:
    """Each fault is told with line and field, and repeats nothing of what stands there."""
    with pytest.raises(InvalidTokens) as refused:
        decode_tokens(text, "f")
    assert str(refused.value.faults[0]).startswith(said)
    assert "s3cret" not in str(refused.value)


def test_every_fault_is_named() -> None:
    """A person who mends the file learns of all of it at once."""
    with pytest.raises(InvalidTokens) as refused:
        decode_tokens(line(id="x", scope="root") + "x\n", "f")
    assert [(fault.line, fault.field) for fault in refused.value.faults] == [
        (2, "id"),
        (2, "scope"),
        (3, None),
    ]


@given(
    st.lists(
        st.builds(
            lambda number, scope, ends, revoked: (
                issued(
                    number, scope, expires_at=ends, revoked_at=revoked, revoked_by="ops" if revoked else ""
                ).token
            ),
            st.integers(0, 2**40 - 1),
            st.sampled_from(Scope),
            st.none() | st.integers(0, 2**32).map(float),
            st.none() | st.integers(0, 2**32).map(float),
        ),
        unique_by=lambda token: token.token_id,
        max_size=20,
    )
)
def test_what_is_written_is_read_back(tokens: list[Any]) -> None:
    """Writing and reading lose nothing."""
    assert decode_tokens(encode_tokens(tokens), "f") == tuple(tokens)
