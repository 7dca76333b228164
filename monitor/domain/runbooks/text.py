"""The few marks that a runbook's texts may carry: `code`, **bold**, [words](target)."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_MARK = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<link>[^\]]+)\]\((?P<target>[^)\s]+)\)")


class SpanKind(StrEnum):
    """How a span is to be shown."""

    PLAIN = "plain"
    CODE = "code"
    BOLD = "bold"
    LINK = "link"


class Span(NamedTuple):
    """A piece of text shown in one way; `target` is where a link leads, as written."""

    kind: SpanKind
    text: str
    target: str = ""


def spans(text: str) -> Iterator[Span]:
    """Yield `text` piece by piece; marks that are not closed are text."""
    end = 0
    for mark in _MARK.finditer(text):
        if mark.start() > end:
            yield Span(SpanKind.PLAIN, text[end : mark.start()])
        yield _marked(mark)
        end = mark.end()
    if end < len(text):
        yield Span(SpanKind.PLAIN, text[end:])


def _marked(mark: re.Match[str]) -> Span:
    if mark["code"]:
        return Span(SpanKind.CODE, mark["code"])
    if mark["bold"]:
        return Span(SpanKind.BOLD, mark["bold"])
    return Span(SpanKind.LINK, mark["link"], mark["target"])


def plain(text: str) -> str:
    """Return `text` without its marks."""
    return "".join(span.text for span in spans(text))
