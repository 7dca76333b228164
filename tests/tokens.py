"""Tokens whose secrets are known, for tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.adapters.token_file import TokenFile
from monitor.domain.access.tokens import Scope, Token, digest_of, token_text
from tests.fakes import START


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A token, and its text as it was shown once."""

    token: Token
    text: str

    @property
    def header(self) -> dict[str, str]:
        """Return the header field that presents it."""
        return {"Authorization": f"Bearer {self.text}"}


def issued(number: int = 1, scope: Scope = Scope.READ, **fields: Any) -> Issued:
    """Return the token number N, made when the tests' clock started, with `fields` laid over it."""
    token_id = f"{number:010x}"
    text = token_text(token_id, f"{number:0>43}")
    values: dict[str, Any] = {
        "name": f"token-{number}",
        "created_at": START.wall,
        "created_by": "ops",
    } | fields
    return Issued(token=Token(token_id=token_id, scope=scope, digest=digest_of(text), **values), text=text)


def write_tokens(path: Path, *tokens: Issued) -> Path:
    """Replace the tokens of a file."""
    TokenFile(path).change(lambda _present: tuple(item.token for item in tokens))
    return path
