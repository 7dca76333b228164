"""Values as people read them on a terminal."""

import unicodedata

_SPACE = "Zs"
_JOINERS = frozenset("\u200c\u200d")
"""Part of the spelling of Persian and Indic words, and of some emoji; they move nothing."""
_STEPS = ((86_400, "d"), (3_600, "h"), (60, "m"))


def inert(text: str) -> str:
    r"""Return `text` so that a terminal shows it and does nothing else.

    Controls, line breaks, bidirectional overrides and the like become escapes (`\x1b`), spaces of
    any width a plain one.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if unicodedata.category(character) == _SPACE:
        return " "
    return character.encode("unicode_escape").decode("ascii")


def age(seconds: float) -> str:
    """Return a duration in its largest unit, such as `12s`, `5m`, `3h` or `8d`; never negative."""
    for size, unit in _STEPS:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def words(name: str) -> str:
    """Return an enumeration's value as words: `paper_out` becomes `paper out`."""
    return inert(name.replace("_", " "))
