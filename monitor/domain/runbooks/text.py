"""A runbook's texts, read: words that are plain, `code`, **bold** or a [link](target)."""

from enum import StrEnum
from typing import NamedTuple, TypeAlias


class SpanKind(StrEnum):
    """How a span is shown."""

    PLAIN = "plain"
    CODE = "code"
    BOLD = "bold"
    LINK = "link"


class Span(NamedTuple):
    """A piece of text shown in one way; `target` is where a link leads, as written.

    A piece that is the value of a setting has its configuration key.
    """

    kind: SpanKind
    text: str
    target: str = ""
    setting: str = ""


RunbookText: TypeAlias = tuple[Span, ...]
"""One paragraph or list entry, piece by piece; neighbours differ in kind, target or setting."""


def plain(text: RunbookText) -> str:
    """Return the words of `text` alone."""
    return "".join(span.text for span in text)
