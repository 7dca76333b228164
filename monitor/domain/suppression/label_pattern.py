"""The regular expressions of silences, as far as posmon can judge them exactly and in little time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_PATTERN = 1024
"""Characters; a label value has at most as many."""

_TOKEN = re.compile(
    r"(?:\\(?P<escaped>[ -/:-@\[-`{-~])|(?P<anything>\.\*)|(?P<something>\.\+)|(?P<one>\.)"
    r"|(?P<bar>\|)|(?P<begin>\^)|(?P<end>\$)|(?P<literal>[^\\.*+?()|\[\]{}^$]))(?![*+?{])",
    re.DOTALL,
)
_IN_PARENTHESES = re.compile(r"\((?:\?:)?([^()\\]*)\)", re.DOTALL)

_Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some characters, each a given one or any."""

    form: re.Pattern[str]
    length: int


class LabelPattern:
    """A regular expression that must match a whole label value, as Alertmanager anchors it.

    Known are literals, a backslash before punctuation, `.`, `.*`, `.+`, anchors at the ends, and `|` between
    whole alternatives, which may stand in one pair of parentheses. Pieces do not repeat: nothing backtracks.
    """

    def __init__(self, alternatives: tuple[tuple[_Piece, ...], ...]) -> None:
        self._alternatives = alternatives

    def is_all_of(self, value: str) -> bool | None:
        """Tell whether it matches the whole of `value`; None where a line break leaves that open."""
        if "\n" in value:
            return None
        return any(_is_all_of(pieces, value) for pieces in self._alternatives)


@lru_cache(maxsize=4096)
def label_pattern(text: str) -> LabelPattern | None:
    """Return what `text` (RE2) matches, None when posmon cannot tell."""
    if len(text) > MAX_PATTERN:
        return None
    bare = _IN_PARENTHESES.fullmatch(text)
    alternatives: list[list[_Token]] = [[]]
    for token in _tokens(bare[1] if bare else text):
        if token is None:
            return None
        if token[0] == "bar":
            alternatives.append([])
        else:
            alternatives[-1].append(token)
    parsed = [_pieces(alternative) for alternative in alternatives]
    known = tuple(pieces for pieces in parsed if pieces is not None)
    return LabelPattern(known) if len(known) == len(parsed) else None


def _tokens(text: str) -> Iterator[_Token | None]:
    """Yield each token, and None in place of the first that posmon does not know."""
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            yield None
            return
        kind = token.lastgroup or ""
        yield kind, token[kind]
        position = token.end()


def _pieces(alternative: list[_Token]) -> tuple[_Piece, ...] | None:
    """Return what stands between the `.*` of an alternative; None for an anchor in its midst."""
    if alternative and alternative[0][0] == "begin":
        alternative = alternative[1:]
    if alternative and alternative[-1][0] == "end":
        alternative = alternative[:-1]
    pieces: list[list[str]] = [[]]
    for kind, text in alternative:
        if kind in {"begin", "end"}:
            return None
        if kind != "anything":
            pieces[-1].append("." if kind in {"one", "something"} else re.escape(text))
        if kind in {"anything", "something"}:
            pieces.append([])
    return tuple(_Piece(re.compile("".join(piece)), len(piece)) for piece in pieces)


def _is_all_of(pieces: tuple[_Piece, ...], value: str) -> bool:
    if len(pieces) == 1:
        return pieces[0].form.fullmatch(value) is not None
    first, *between, last = pieces
    found = first.form.match(value)
    for piece in between:
        found = piece.form.search(value, found.end()) if found else None
    begins_at = len(value) - last.length
    return found is not None and found.end() <= begins_at and last.form.match(value, begins_at) is not None
