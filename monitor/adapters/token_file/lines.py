"""The text of a file of tokens: a line that names the format, then one JSON object a line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from monitor.domain.access.tokens import TOKEN_ID, Scope, Token
from monitor.domain.errors import Fault, InvalidDocument
from monitor.domain.instant import parse_rfc3339, rfc3339
from monitor.domain.inventory.terminal import TERMINAL_ID

FORMAT = "posmon tokens"
VERSION = 1
MOST_TOKENS = 2000
LONGEST_NAME = 64

_DIGEST_BYTES = 32


class InvalidTokens(InvalidDocument):
    """A file of tokens cannot be taken."""


class _Wrong(ValueError):
    """A value is not what its field takes; the message is a phrase that quotes nothing."""


def encode_tokens(tokens: Iterable[Token]) -> str:
    """Return the text of a file."""
    objects = [{"format": FORMAT, "version": VERSION}, *map(_object, tokens)]
    return "".join(f"{json.dumps(found)}\n" for found in objects)


def decode_tokens(text: str, source: str) -> tuple[Token, ...]:
    """Return the tokens of a file; raises InvalidTokens with every fault, each with its line."""
    if not text.endswith("\n"):
        raise InvalidTokens([Fault(source=source, reason="ends in the middle of a line: it is damaged")])
    first, *rest = text.removesuffix("\n").split("\n")
    _refuse(_faults_of_header(first, source))
    if len(rest) > MOST_TOKENS:
        raise InvalidTokens([Fault(source=source, reason=f"has more than {MOST_TOKENS} tokens")])
    faults: list[Fault] = []
    tokens: dict[str, Token] = {}
    for line, written in enumerate(rest, start=2):
        faults += [
            Fault(source=source, line=line, field=field, reason=reason)
            for field, reason in _read_line(written, tokens)
        ]
    _refuse(faults)
    return tuple(tokens.values())


def check_name(name: str) -> str:
    """Return a token's name; raises ValueError with the reason."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise _Wrong(f"must be 1 to {LONGEST_NAME} printable characters")
    return name


def _refuse(faults: Iterable[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise InvalidTokens(found)


def _faults_of_header(written: str, source: str) -> Iterator[Fault]:
    try:
        header = _parsed(written)
    except _Wrong as wrong:
        yield Fault(source=source, line=1, reason=str(wrong))
        return
    if header.get("format") != FORMAT:
        yield Fault(source=source, line=1, field="format", reason=f"must be '{FORMAT}'")
    elif header.get("version") != VERSION:
        reason = f"this posmon reads version {VERSION}; the file is of another"
        yield Fault(source=source, line=1, field="version", reason=reason)
    elif header.keys() != {"format", "version"}:
        yield Fault(source=source, line=1, reason="holds more than format and version")


def _read_line(written: str, tokens: dict[str, Token]) -> Iterator[tuple[str | None, str]]:
    """Add the token of a line to `tokens`, or yield (field, reason) of what is wrong with it."""
    try:
        found = _parsed(written)
    except _Wrong as wrong:
        yield None, str(wrong)
        return
    faults = [*_faults_of_fields(found)]
    yield from faults
    if faults:
        return
    values = {name: read(found.get(name)) for name, read in _FIELDS.items()}
    token = Token(**{_ATTRIBUTES.get(name, name): value for name, value in values.items()})
    if token.token_id in tokens:
        yield "id", "stands here again"
    elif token.terminal_id and token.scope is not Scope.PUSH:
        yield "terminal_id", "only a token of scope push is bound to a terminal"
    else:
        tokens[token.token_id] = token


def _faults_of_fields(found: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    # What stands there is not repeated: it may be a secret that somebody pasted into the wrong file.
    if found.keys() - _FIELDS.keys():
        yield None, "holds a field that is not known"
    for name, read in _FIELDS.items():
        try:
            read(found.get(name))
        except _Wrong as wrong:
            yield name, str(wrong)


def _parsed(written: str) -> dict[str, Any]:
    try:
        found = json.loads(written, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise (error if isinstance(error, _Wrong) else _Wrong("is not JSON")) from None
    if not isinstance(found, dict):
        raise _Wrong("is no JSON object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise _Wrong("a field stands twice")
    return dict(pairs)


def _object(token: Token) -> dict[str, Any]:
    return {
        "id": token.token_id,
        "name": token.name,
        "scope": token.scope.value,
        "terminal_id": token.terminal_id,
        "sha256": token.digest.hex(),
        "created_at": rfc3339(token.created_at),
        "created_by": token.created_by,
        "expires_at": None if token.expires_at is None else rfc3339(token.expires_at),
        "revoked_at": None if token.revoked_at is None else rfc3339(token.revoked_at),
        "revoked_by": token.revoked_by,
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("must be text")
    return value


def _token_id(value: object) -> str:
    if not TOKEN_ID.fullmatch(_text(value)):
        raise _Wrong("must be 10 hexadecimal digits")
    return _text(value)


def _name(value: object) -> str:
    return check_name(_text(value))


def _scope(value: object) -> Scope:
    if value not in list(Scope):
        raise _Wrong(f"must be one of {', '.join(Scope)}")
    return Scope(_text(value))


def _terminal_id(value: object) -> str:
    if _text(value) and not TERMINAL_ID.fullmatch(_text(value)):
        raise _Wrong("must be a terminal id, or empty")
    return _text(value)


def _digest(value: object) -> bytes:
    try:
        digest = bytes.fromhex(_text(value))
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise _Wrong(f"must be {2 * _DIGEST_BYTES} hexadecimal digits")
    return digest


def _moment(value: object) -> float:
    wall = parse_rfc3339(_text(value))
    if wall is None:
        raise _Wrong("must be a time as in 2026-11-21T01:00:00Z")
    return wall


def _moment_or_none(value: object) -> float | None:
    return None if value is None else _moment(value)


_FIELDS: Mapping[str, Callable[[object], Any]] = {
    "id": _token_id,
    "name": _name,
    "scope": _scope,
    "terminal_id": _terminal_id,
    "sha256": _digest,
    "created_at": _moment,
    "created_by": _text,
    "expires_at": _moment_or_none,
    "revoked_at": _moment_or_none,
    "revoked_by": _text,
}
_ATTRIBUTES = {"id": "token_id", "sha256": "digest"}
