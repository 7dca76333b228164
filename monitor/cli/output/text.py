"""Values as people read them on a terminal."""

import unicodedata
from collections.abc import Mapping

from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import AlertDocument

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


def in_language(annotations: Mapping[str, str], key: str, language: Language) -> str:
    """Return an annotation in a language, in English where it is not there in that, "" without any."""
    chinese = annotations.get(f"{key}_zh", "") if language is Language.ZH else ""
    return chinese or annotations.get(key, "")


def without_subject(alert: AlertDocument, language: Language = Language.EN) -> str:
    """Return an alert's summary without the name of the terminal or site that it begins with."""
    summary = in_language(alert.annotations, "summary", language)
    name = alert.labels.get("terminal_id") or alert.labels.get("site") or "posmon"
    return inert(summary.removeprefix(f"{name}: ").removeprefix(f"{name}："))  # noqa: RUF001
