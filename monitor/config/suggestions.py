"""Guesses at the word that a person meant to write."""

from collections.abc import Collection
from difflib import get_close_matches

_FEW = 20


def nearest(word: str, known: Collection[str], *, likeness: float = 0.6) -> str | None:
    """Return the known word most like `word`, letter case aside; None when none is like it (0-1)."""
    folded = {candidate.casefold().replace("-", "_").replace(" ", "_"): candidate for candidate in known}
    wanted = word.strip().casefold().replace("-", "_").replace(" ", "_")
    found = get_close_matches(wanted, folded, n=1, cutoff=likeness)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return `; did you mean 'this'?`, or else `; known are ...` when they are few, or nothing."""
    found = nearest(word, known)
    if found is not None:
        return f"; did you mean {found!r}?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= _FEW else ""
