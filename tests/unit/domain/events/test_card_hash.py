import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.card_hash import CardHasher

KEY, FORMER = b"k" * 16, b"f" * 32


def test_a_card_is_the_keyed_hash_of_its_token() -> None:
    """128 bits of keyed BLAKE2b, in hex."""
    assert CardHasher([KEY]).card("tok_1") == hashlib.blake2b(b"tok_1", key=KEY, digest_size=16).hexdigest()


@given(st.text(max_size=50), st.text(max_size=50))
def test_cards_differ_by_token_and_by_key(one: str, other: str) -> None:
    """One token always gives one hash, other tokens and other keys others."""
    hasher = CardHasher([KEY, FORMER])
    assert (hasher.card(one) == hasher.card(other)) is (one == other)
    assert hasher.former(one) == (CardHasher([FORMER]).card(one),)
    assert hasher.card(one) not in hasher.former(one)


def test_a_long_key_counts_as_a_whole() -> None:
    """Bytes beyond what the hash takes as a key are not ignored."""
    assert CardHasher([b"a" * 64 + b"x"]).card("t") != CardHasher([b"a" * 64 + b"y"]).card("t")


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b"short"]])
def test_a_missing_or_short_key_is_refused(keys: list[bytes]) -> None:
    """Fewer than 16 bytes could be tried out."""
    with pytest.raises(ValueError, match="key"):
        CardHasher(keys)


def test_nothing_secret_shows() -> None:
    """Neither keys nor tokens are in the text of a hasher."""
    assert "kkkk" not in repr(CardHasher([KEY]))
