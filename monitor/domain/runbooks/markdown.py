"""Reading a runbook from its file: Markdown of one fixed form, docs/runbooks/README.md tells which."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from monitor.domain.runbooks.runbook import SECTIONS, Block, BlockKind, Language, Runbook

HEADINGS: Mapping[Language, tuple[str, ...]] = {
    Language.EN: (
        "Meaning",
        "Likely causes",
        "In the shop now",
        "On call",
        "Collect",
        "Prevent",
        "Tuning",
    ),
    Language.ZH: (
        "含义",
        "可能原因",
        "门店现在怎么做",
        "值班人员",
        "需要收集的信息",
        "预防",
        "调整",
    ),
}
"""How the sections are called, in the order of SECTIONS."""

_TITLE = re.compile(r"# (?P<alertname>[A-Za-z]+)(?:: |\N{FULLWIDTH COLON})(?P<title>\S.*)")
_HEADING = re.compile(r"## (?P<heading>\S.*)")
_ITEM = re.compile(r"(?:(?P<bullet>[-*])|(?P<number>[0-9]{1,2})\.) +(?P<text>\S.*)")
_FENCE = "```"
_REFUSED = {"#": "a heading of this level", "|": "a table", ">": "a quotation", "<": "HTML"}
_BEGIN_WITH_WORDS = ("meaning", "shop")


class MalformedRunbook(ValueError):
    """A runbook has not the form it must have; `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}")


class _Line(NamedTuple):
    number: int
    text: str


def parse_runbook(text: str, language: Language) -> Runbook:
    """Return the runbook in `text`; raises MalformedRunbook with the first thing that is wrong."""
    lines = [_Line(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    title = _TITLE.fullmatch(lines[0].text) if lines else None
    if title is None:
        raise MalformedRunbook("must begin with '# AlertName: what it says'", 1)
    parts = dict(_sections(lines[1:], language))
    return Runbook(alertname=title["alertname"], language=language, title=title["title"], text=text, **parts)


def _sections(lines: list[_Line], language: Language) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield each section's name and blocks; they must be there in their order."""
    rest = [line for line in lines if line.text] or [_Line(1, "")]
    starts = [index for index, line in enumerate(lines) if _HEADING.fullmatch(line.text)]
    if not starts or lines[starts[0]] is not rest[0]:
        raise MalformedRunbook(f"expected '## {HEADINGS[language][0]}'", rest[0].number)
    ends = [*starts[1:], len(lines)]
    for position, (start, end) in enumerate(zip(starts, ends, strict=True)):
        name = _section_name(lines[start], position, language)
        blocks = tuple(_blocks(lines[start + 1 : end]))
        if not blocks:
            raise MalformedRunbook("this section is empty", lines[start].number)
        if name in _BEGIN_WITH_WORDS and blocks[0].kind is not BlockKind.PARAGRAPH:
            raise MalformedRunbook("this section begins with a paragraph", lines[start].number)
        yield name, blocks
    if len(starts) < len(SECTIONS):
        raise MalformedRunbook(f"'## {HEADINGS[language][len(starts)]}' is missing", lines[-1].number)


def _section_name(line: _Line, position: int, language: Language) -> str:
    headings = HEADINGS[language]
    expected = f"'## {headings[position]}'" if position < len(headings) else "no further section"
    if line.text.removeprefix("## ") not in headings[position : position + 1]:
        raise MalformedRunbook(f"expected {expected}", line.number)
    return SECTIONS[position]


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    """Yield the blocks of a section. A list goes on over blank lines, until something else begins."""
    block: Block | None = None
    is_after_blank = True
    rest = iter(lines)
    for line in rest:
        if not line.text:
            is_after_blank = True
            continue
        if line.text.startswith(_FENCE):
            if block:
                yield block
            block, is_after_blank = None, True
            yield _code(line, rest)
            continue
        fresh = _begun(line, is_after_blank=is_after_blank)
        if block is None or (fresh and (fresh.kind is not block.kind or fresh.kind is BlockKind.PARAGRAPH)):
            if block:
                yield block
            block = fresh or _paragraph(line)
        elif fresh:
            block = replace(block, items=(*block.items, *fresh.items))
        else:
            block = _continued(block, line.text.strip())
        is_after_blank = False
    if block:
        yield block


def _begun(line: _Line, *, is_after_blank: bool) -> Block | None:
    """Return the block or list entry that begins in a line, None when the line goes on with what was."""
    item = _ITEM.fullmatch(line.text)
    if item and item["bullet"]:
        return Block(kind=BlockKind.BULLETS, items=(item["text"],))
    if item:
        return Block(kind=BlockKind.STEPS, items=(item["text"],), start=int(item["number"]))
    if _ITEM.fullmatch(line.text.strip()):
        raise MalformedRunbook("a list within a list; keep lists flat", line.number)
    if line.text[0] in _REFUSED:
        raise MalformedRunbook(f"{_REFUSED[line.text[0]]} has no place here", line.number)
    return _paragraph(line) if is_after_blank and not line.text.startswith(" ") else None


def _paragraph(line: _Line) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, items=(line.text.strip(),))


def _continued(block: Block, text: str) -> Block:
    *before, last = block.items
    # Chinese is written without spaces between words.
    glue = " " if last[-1].isascii() and text[0].isascii() else ""
    return replace(block, items=(*before, f"{last}{glue}{text}"))


def _code(fence: _Line, rest: Iterator[_Line]) -> Block:
    taken: list[str] = []
    for line in rest:
        if line.text == _FENCE:
            return Block(kind=BlockKind.CODE, items=("\n".join(taken),))
        taken.append(line.text)
    raise MalformedRunbook("this code block is not closed", fence.number)
