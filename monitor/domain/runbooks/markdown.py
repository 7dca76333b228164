"""Reading a runbook from its file: Markdown (CommonMark) of one fixed form, see docs/runbooks/README.md.

markdown-it-py reads the Markdown. This module decides which of it a runbook may use, and refuses the rest.
The library turns a string into tokens and touches nothing else, so the domain stays pure.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from monitor.domain.runbooks.figures import figure_spans
from monitor.domain.runbooks.runbook import HEADINGS, SECTIONS, Block, BlockKind, Language, Runbook
from monitor.domain.runbooks.text import RunbookText, Span, SpanKind

_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")
_WORDS = MarkdownIt("commonmark")
_TITLE = re.compile(r"(?P<alertname>[A-Za-z]+)(?:: |\N{FULLWIDTH COLON})(?P<title>\S.*)", re.DOTALL)
_LISTS = {"bullet_list": BlockKind.BULLETS, "ordered_list": BlockKind.STEPS}
_REFUSED_NODES = {
    "heading": "a heading of this level",
    "table": "a table",
    "blockquote": "a quotation",
    "html_block": "HTML",
    "html_inline": "HTML",
    "code_block": "indented code",
    "hr": "a line across the page",
    "em": "emphasis other than **bold**",
    "image": "a picture",
}
_REFUSED_STARTS = {"#": "a heading of this level", "|": "a table", ">": "a quotation", "<": "HTML"}
_LIST_ENTRY = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)]) +\S")
_BEGIN_WITH_WORDS = ("meaning", "shop")
_MARKS = {"strong": SpanKind.BOLD, "link": SpanKind.LINK}


class MalformedRunbook(ValueError):
    """A runbook has not the form it must have; `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}")


class _Section(NamedTuple):
    heading: str
    line: int
    nodes: list[SyntaxTreeNode]


def parse_runbook(text: str, language: Language) -> Runbook:
    """Return the runbook in `text`; raises MalformedRunbook with the first fault."""
    lines = text.split("\n")
    nodes = SyntaxTreeNode(_BLOCKS.parse(text)).children
    title = _TITLE.fullmatch(nodes[0].children[0].content) if nodes and _is_heading(nodes[0], "#") else None
    if title is None or _line(nodes[0]) != 1:
        raise MalformedRunbook("must begin with '# AlertName: what it says'", 1)
    sections = dict(_sections(nodes[1:], language, lines))
    return Runbook(
        alertname=title["alertname"],
        language=language,
        title=_text(title["title"], 1),
        text=text,
        **sections,
    )


def _sections(
    nodes: Sequence[SyntaxTreeNode], language: Language, lines: Sequence[str]
) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield each section's name and blocks; they must be there in their order."""
    headings = HEADINGS[language]
    if not nodes or not _is_heading(nodes[0], "##"):
        raise MalformedRunbook(f"expected '## {headings[0]}'", _line(nodes[0]) if nodes else 1)
    position = 0
    for position, section in enumerate(_split(nodes)):
        if section.heading not in headings[position : position + 1]:
            expected = f"'## {headings[position]}'" if position < len(headings) else "no further section"
            raise MalformedRunbook(f"expected {expected}", section.line)
        blocks = tuple(_merged(_block(node, lines) for node in section.nodes))
        if not blocks:
            raise MalformedRunbook("this section is empty", section.line)
        if SECTIONS[position] in _BEGIN_WITH_WORDS and blocks[0].kind is not BlockKind.PARAGRAPH:
            raise MalformedRunbook("this section begins with a paragraph", section.line)
        yield SECTIONS[position], blocks
    if position + 1 < len(SECTIONS):
        raise MalformedRunbook(f"'## {headings[position + 1]}' is missing", len(lines))


def _split(nodes: Sequence[SyntaxTreeNode]) -> Iterator[_Section]:
    section = _Section("", 0, [])
    for node in nodes:
        if not _is_heading(node, "##"):
            section.nodes.append(node)
            continue
        if section.line:
            yield section
        section = _Section(node.children[0].content, _line(node), [])
    yield section


def _block(node: SyntaxTreeNode, lines: Sequence[str]) -> Block:
    if node.type == "paragraph":
        return Block(kind=BlockKind.PARAGRAPH, items=(_paragraph(node),))
    if node.type == "fence":
        return Block(kind=BlockKind.CODE, items=((Span(SpanKind.CODE, _code(node, lines)),),))
    if node.type in _LISTS:
        items = tuple(_entry(entry) for entry in node.children)
        return Block(kind=_LISTS[node.type], items=items, start=int(node.attrs.get("start", 1)))
    raise _out_of_place(node.type, _line(node))


def _merged(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield lists that follow each other as one: CommonMark begins a new list where the mark changes."""
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        if kind not in _LISTS.values():
            yield from group
            continue
        first, *others = group
        items = (*first.items, *(item for block in others for item in block.items))
        yield Block(kind=kind, items=items, start=first.start)


def _entry(entry: SyntaxTreeNode) -> RunbookText:
    for child in entry.children:
        if child.type in _LISTS:
            raise MalformedRunbook("a list within a list; keep lists flat", _line(child))
        if child.type != "paragraph":
            raise _out_of_place(child.type, _line(child), "code in a list")
    if len(entry.children) != 1:
        raise MalformedRunbook("a list entry is one paragraph", _line(entry))
    return _paragraph(entry.children[0])


def _paragraph(node: SyntaxTreeNode) -> RunbookText:
    """Return the spans of a paragraph, its lines joined."""
    words = ""
    for line, written in enumerate(node.children[0].content.split("\n"), _line(node)):
        text = written.strip()
        if not text:
            raise MalformedRunbook("a line without a visible character", line)
        if text[0] in _REFUSED_STARTS:
            raise MalformedRunbook(f"{_REFUSED_STARTS[text[0]]} has no place here", line)
        if _LIST_ENTRY.match(text):
            raise MalformedRunbook("a list within a paragraph; leave a blank line before it", line)
        # Chinese is written without spaces between words.
        glue = " " if words and words[-1].isascii() and text[0].isascii() else ""
        words = f"{words}{glue}{text}"
    return _text(words, _line(node))


def _text(words: str, line: int) -> RunbookText:
    """Return the spans of `words`, which begin in `line`."""
    (paragraph,) = _WORDS.parseInline(words)
    spans: list[Span] = []
    for node in SyntaxTreeNode([paragraph]).children[0].children:
        if node.type == "html_inline" and node.content.startswith("<!--") and spans:
            spans += _figure(spans.pop(), node.content, line)
        else:
            spans.append(_span(node, line))
    return tuple(span for span in spans if span.text)


def _figure(before: Span, comment: str, line: int) -> tuple[Span, ...]:
    try:
        return tuple(figure_spans(before.text if before.kind is SpanKind.PLAIN else "", comment))
    except ValueError as error:
        raise MalformedRunbook(str(error), line) from error


def _span(node: SyntaxTreeNode, line: int) -> Span:
    if node.type == "text":
        return Span(SpanKind.PLAIN, node.content)
    if node.type == "code_inline":
        return Span(SpanKind.CODE, node.content)
    if node.type not in _MARKS:
        raise _out_of_place(node.type, line)
    if any(child.type != "text" for child in node.children):
        raise MalformedRunbook("a mark within a mark has no place here", line)
    words = "".join(child.content for child in node.children)
    return Span(_MARKS[node.type], words, str(node.attrs.get("href", "")))


def _code(node: SyntaxTreeNode, lines: Sequence[str]) -> str:
    start, end = _extent(node)
    if end - start < 2 or not lines[end - 1].strip().startswith(node.markup):  # noqa: PLR2004  # both fences
        raise MalformedRunbook("this code block is not closed", _line(node))
    return node.content.rstrip("\n")


def _is_heading(node: SyntaxTreeNode, markup: str) -> bool:
    return node.type == "heading" and node.markup == markup


def _extent(node: SyntaxTreeNode) -> tuple[int, int]:
    return node.map or (0, 0)


def _line(node: SyntaxTreeNode) -> int:
    return _extent(node)[0] + 1


def _out_of_place(kind: str, line: int, otherwise: str = "this") -> MalformedRunbook:
    return MalformedRunbook(f"{_REFUSED_NODES.get(kind, otherwise)} has no place here", line)
