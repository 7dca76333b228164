import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor.domain.access.tokens
from monitor.domain.access.tokens import GRANTS, Refusal, Scope, TokenRing, anybody, bearer
from tests.tokens import issued

NOW = 1_795_222_800.0
READER = issued(1)
REFUSED = [
    ("nothing", "", Refusal.MALFORMED),
    ("something else", "hunter2", Refusal.MALFORMED),
    ("an endless text", "posmon_" + "x" * 10_000, Refusal.MALFORMED),
    ("a secret too short", READER.text[:-1], Refusal.MALFORMED),
    ("a secret too long", READER.text + "0", Refusal.MALFORMED),
    ("another secret", READER.text[:-1] + "x", Refusal.UNKNOWN),
    ("the secret under another id", READER.text.replace(READER.token.token_id, "0" * 10), Refusal.UNKNOWN),
    ("no text at all", "posmon_\udc80", Refusal.MALFORMED),
]


@pytest.mark.parametrize(("text", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_token_is_refused(text: str, why: Refusal) -> None:
    """Whatever is presented instead of a token is refused for what it is."""
    assert TokenRing([READER.token]).find(text, NOW) is why


def test_a_token_is_found_by_its_whole_text() -> None:
    """The right text finds the right token among several."""
    other = issued(2, Scope.PUSH)
    ring = TokenRing([READER.token, other.token])
    assert ring.find(READER.text, NOW) is READER.token
    assert ring.find(other.text, NOW) is other.token


def test_nobody_is_let_in_by_a_digest_of_zeros() -> None:
    """An empty ring has no token, whatever is presented."""
    assert TokenRing().find(READER.text, NOW) is Refusal.UNKNOWN


def test_time_and_revocation_end_a_token() -> None:
    """It serves until the moment of its expiry; a revoked one is revoked, expired or not."""
    ends = issued(1, expires_at=NOW + 10)
    ring = TokenRing([ends.token])
    assert ring.find(ends.text, NOW + 9.9) is ends.token
    assert ring.find(ends.text, NOW + 10) is Refusal.EXPIRED
    revoked = issued(1, expires_at=NOW + 10, revoked_at=NOW)
    assert TokenRing([revoked.token]).find(revoked.text, NOW + 20) is Refusal.REVOKED


@given(st.text(max_size=200))
def test_any_text_is_refused_without_an_error(text: str) -> None:
    """No text that is not the token itself lets anybody in or breaks anything."""
    assert isinstance(TokenRing([READER.token]).find(text, NOW), Refusal)


def test_scopes_have_an_order_beside_which_pushing_stands() -> None:
    """Who administers operates, who operates reads; none of them pushes, and who pushes only pushes."""
    assert GRANTS[Scope.READ] < GRANTS[Scope.OPERATE] < GRANTS[Scope.ADMIN]
    assert [scope for scope in Scope if Scope.PUSH in GRANTS[scope]] == [Scope.PUSH]
    assert GRANTS[Scope.PUSH] == {Scope.PUSH}


def test_a_caller_is_named_without_the_secret() -> None:
    """What logs say of a caller is the token's id, or the address where no token is asked for."""
    pusher = issued(7, Scope.PUSH, terminal_id="10000001")
    caller = bearer(pusher.token, "192.0.2.1")
    assert (caller.name, caller.terminal_id, caller.grants) == (
        "token 0000000007",
        "10000001",
        frozenset({Scope.PUSH}),
    )
    assert pusher.token.digest.hex() not in repr(pusher.token)
    assert repr(pusher.token.digest) not in repr(pusher.token)
    assert anybody("127.0.0.1").grants == {*Scope}


def test_digests_are_compared_in_constant_time_only() -> None:
    """Nothing but hmac.compare_digest sets a digest beside another."""
    tree = ast.parse(Path(monitor.domain.access.tokens.__file__).read_text(encoding="utf-8"))
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert calls.count("hmac.compare_digest") == 1
    compared = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [text for text in compared if "digest" in text or "secret" in text]
