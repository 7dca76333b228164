"""Values as terminals write them: what can only mean one thing is read, the rest is not."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from monitor.domain.card_number import contains_card_number
from monitor.domain.instant import rfc3339, time_of

Spelling = Callable[[object], object | None]
"""Returns what a value says, None when it cannot be read."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[ \t_-]+")
_LARGEST_EXACT = 2**53
_FLAGS: Mapping[object, bool] = {"true": True, "1": True, "false": False, "0": False}


def text_up_to(most: int) -> Spelling:
    """Return what reads texts of at most `most` characters that a screen can show."""

    def read(value: object) -> str | None:
        return value if type(value) is str and len(value) <= most and is_printable(value) else None

    return read


def number_between(low: float, high: float) -> Spelling:
    """Return what reads numbers within bounds, also written as text (`"87"`, `"87.0"`)."""

    def read(value: object) -> float | None:
        number = _number(value)
        return number if number is not None and low <= number <= high else None

    return read


def whole_number_between(low: int, high: int) -> Spelling:
    """Return what reads whole numbers within bounds, also with a point (`87.0`) and as text."""

    def read(value: object) -> int | None:
        number = value if type(value) is int else _number(value)
        if number is None or not low <= number <= high:
            return None
        whole = int(number)
        return whole if whole == number and (type(number) is int or whole <= _LARGEST_EXACT) else None

    return read


def word_of(words: Iterable[object]) -> Spelling:
    """Return what reads a word of a list in any case, its parts joined by `_`, `-`, blanks or capitals."""
    known = {str(word): word for word in words}

    def read(value: object) -> object | None:
        if type(value) is not str:
            return None
        return known.get(value) or known.get(_BETWEEN_WORDS.sub("_", value.strip()).lower())

    return read


def words_up_to(most: int, longest: int) -> Spelling:
    """Return what reads lists of at most `most` texts that a screen can show, of `longest` characters each.

    A text that could be a card number is no such word.
    """

    def read(value: object) -> tuple[str, ...] | None:
        if type(value) is not list or len(value) > most:
            return None
        words = tuple(word for word in value if _is_word(word, longest))
        return words if len(words) == len(value) else None

    return read


def flag(value: object) -> bool | None:
    """Read true and false, also as text in any case, and as 1 and 0."""
    if type(value) is bool:
        return value
    if type(value) is str:
        return _FLAGS.get(value.strip().lower())
    return bool(value) if type(value) in {int, float} and value in {0, 1} else None


def moment(value: object) -> str | None:
    """Read a time, see `time_of`, as RFC 3339 text."""
    at = time_of(value)
    if at is None:
        return None
    return value if type(value) is str and not value.strip().replace(".", "").isdigit() else rfc3339(at)


def is_printable(text: str) -> bool:
    """Tell whether a screen shows all of it; a space of any width does (Unicode category Zs)."""
    return text.isprintable() or all(
        sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in text
    )


def _is_word(value: object, longest: int) -> bool:
    is_text = type(value) is str and 0 < len(value) <= longest and is_printable(value)
    return is_text and not contains_card_number(str(value))


def _number(value: object) -> float | None:
    if type(value) is float or type(value) is int:
        try:
            return float(value)
        except OverflowError:  # JSON has integers of any length
            return None
    if type(value) is str and _NUMBER.fullmatch(stripped := value.strip()):
        return float(stripped)
    return None
