"""Whether two ids or serial numbers are the same one, written differently."""

import unicodedata
from functools import lru_cache


def is_blank(character: str) -> bool:
    """Tell whether a character shows nothing: spaces of any width, joiners, marks of byte order."""
    return character.isspace() or unicodedata.category(character) in {"Cf", "Zs"}


@lru_cache(maxsize=4096)
def normal_form(text: str) -> str:
    """Return a text without case, blanks and leading zeros; full width counts as plain."""
    if text.isascii():
        return "".join(text.split()).casefold().lstrip("0")
    shown = (one for one in unicodedata.normalize("NFKC", text) if not is_blank(one))
    return "".join(shown).casefold().lstrip("0")


def is_same_but_for_spelling(one: str, other: str) -> bool:
    """Tell whether two different texts differ in case, blanks or leading zeros alone."""
    return one != other and normal_form(one) == normal_form(other) != ""


def is_another(one: str, other: str) -> bool:
    """Tell whether two texts differ in more than their spelling."""
    return one != other and not is_same_but_for_spelling(one, other)
