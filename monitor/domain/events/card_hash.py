"""Telling cards apart without knowing them: keyed hashes of the payment provider's tokens."""

from collections.abc import Sequence
from hashlib import blake2b

SHORTEST_KEY = 16
"""Bytes of a key; with fewer, an attacker who has a hash could try all keys."""

LABEL_DIGITS = 12
"""So many hex digits of the hash name a card on alerts."""

_LONGEST_KEY = blake2b.MAX_KEY_SIZE
_HASH_BYTES = 16


class CardHasher:
    """Keyed BLAKE2b (RFC 7693) over the whole token, 128 bits in lower-case hex.

    The first of `keys` is the current one, the others are former ones under which events of the last day
    may still be remembered. Each has at least SHORTEST_KEY bytes, else ValueError. Neither tokens nor keys
    are shown by `repr`, and no token is kept.
    """

    __slots__ = ("_blank", "_former")

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("no key")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key of fewer than {SHORTEST_KEY} bytes")
        self._blank, *self._former = (blake2b(key=_fitting(key), digest_size=_HASH_BYTES) for key in keys)

    def card(self, token: str) -> str:
        """Return the hash of a token under the current key."""
        keyed = self._blank.copy()
        keyed.update(token.encode())
        return keyed.hexdigest()

    def former(self, token: str) -> tuple[str, ...]:
        """Return its hashes under the former keys, the latest first; none while no key was changed."""
        if not self._former:
            return ()
        hashes = []
        for blank in self._former:
            keyed = blank.copy()
            keyed.update(token.encode())
            hashes.append(keyed.hexdigest())
        return tuple(hashes)


def _fitting(key: bytes) -> bytes:
    return key if len(key) <= _LONGEST_KEY else blake2b(key).digest()
