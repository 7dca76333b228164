"""Who may do what: scopes, tokens, and who is behind a request.

A token is `posmon_ID_SECRET`; its id finds it, its secret of 256 random bits proves it. Only the SHA-256
digest of the whole is kept: that is enough for a secret that cannot be guessed.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

PREFIX = "posmon_"
ID_BYTES = 5
SECRET_BYTES = 32
LONGEST_TEXT = 128
TOKEN_ID = re.compile(r"[0-9a-f]{10}")

_SHAPE = re.compile(rf"{PREFIX}({TOKEN_ID.pattern})_[A-Za-z0-9_-]{{43}}")
_NOBODYS = bytes(32)


class Scope(StrEnum):
    """The use of a token: to read, to operate, to push for a terminal, to administer."""

    READ = "read"
    OPERATE = "operate"
    PUSH = "push"
    ADMIN = "admin"


GRANTS: Mapping[Scope, frozenset[Scope]] = MappingProxyType(
    {
        Scope.READ: frozenset({Scope.READ}),
        Scope.OPERATE: frozenset({Scope.READ, Scope.OPERATE}),
        Scope.PUSH: frozenset({Scope.PUSH}),
        Scope.ADMIN: frozenset({Scope.READ, Scope.OPERATE, Scope.ADMIN}),
    }
)
"""The scopes that each scope includes. None includes pushing: a token that reads may speak for no terminal.
"""


class Refusal(StrEnum):
    """Why a credential is refused."""

    MISSING = "missing"
    SCHEME = "scheme"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token. Times are unix seconds; `terminal_id` is whom it may push for, "" = anyone."""

    token_id: str
    name: str
    scope: Scope
    digest: bytes = field(repr=False)
    created_at: float
    created_by: str
    terminal_id: str = ""
    expires_at: float | None = None
    revoked_at: float | None = None
    revoked_by: str = ""

    def refusal(self, wall: float) -> Refusal | None:
        """Return why the token is of no use at `wall`, None when it is of use."""
        if self.revoked_at is not None:
            return Refusal.REVOKED
        if self.expires_at is not None and wall >= self.expires_at:
            return Refusal.EXPIRED
        return None


class TokenRing:
    """All tokens; says whose a presented one is."""

    def __init__(self, tokens: Iterable[Token] = ()) -> None:
        self._tokens = {token.token_id: token for token in tokens}

    def __iter__(self) -> Iterator[Token]:
        return iter(self._tokens.values())

    def __len__(self) -> int:
        return len(self._tokens)

    def find(self, text: str, wall: float) -> Token | Refusal:
        """Return the token that `text` is, or why it is refused; the time this takes gives no digest away."""
        shape = _SHAPE.fullmatch(text) if len(text) <= LONGEST_TEXT else None
        if shape is None:
            return Refusal.MALFORMED
        token = self._tokens.get(shape[1])
        if not hmac.compare_digest(digest_of(text), token.digest if token else _NOBODYS) or token is None:
            return Refusal.UNKNOWN
        return token.refusal(wall) or token


def digest_of(text: str) -> bytes:
    """Return the SHA-256 digest of a token as it is presented."""
    return sha256(text.encode("utf-8", "surrogateescape")).digest()


def token_text(token_id: str, secret: str) -> str:
    """Return a token as it is presented; `secret` is SECRET_BYTES of randomness in base64url."""
    return f"{PREFIX}{token_id}_{secret}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is behind a request: `name` is `token ID` or an address, `grants` what it may.

    `label` is how people call it: the token's name, or the address.
    `terminal_id` is the only terminal it may push for, "" = any.
    """

    name: str
    label: str
    address: str
    grants: frozenset[Scope]
    terminal_id: str = ""

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller has a scope."""
        return scope in self.grants


def anybody(address: str) -> Caller:
    """Return a caller where no tokens are asked for."""
    return Caller(name=address, label=address, address=address, grants=frozenset(Scope))


def bearer(token: Token, address: str) -> Caller:
    """Return the caller who presented a token that is of use."""
    return Caller(
        name=f"token {token.token_id}",
        label=token.name,
        address=address,
        grants=GRANTS[token.scope],
        terminal_id=token.terminal_id,
    )
