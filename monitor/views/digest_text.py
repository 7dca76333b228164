"""A summary as plain text, as Markdown and as HTML."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

from monitor.views.digest_sections import DigestSection, DigestText

WIDTH = 78
_GAP = "  "
_LONGEST_CELL = 24
_WIDE = frozenset("WF")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#1c1f23;background:#fff;margin:1.5em auto;max-width:60em;"
    "padding:0 1em}h1{font-size:1.4em;margin-bottom:0}h2{font-size:1.1em;margin-top:1.6em}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .7em "
    ".25em 0;border-bottom:1px solid #d5d9de}td.note{border-bottom:1px solid #d5d9de;padding-left:1.2em}"
    "tr.noted td{border-bottom:0}code{background:#eef0f2;padding:0 .2em}"
)


def plain_text(text: DigestText, width: int = WIDTH) -> str:
    """Return it in lines of `width` columns at most, Chinese letters counted as two."""
    return "\n".join(_lines(text, max(20, width))) + "\n"


def markdown(text: DigestText) -> str:
    """Return it as Markdown with tables (GitHub's flavour); names cannot be taken for marks."""
    return "\n".join(_marked(text)) + "\n"


def html(text: DigestText, language_tag: str, link: str = "") -> str:
    """Return it as a document of its own, without script and without anything to load.

    `link` is where the page is, "" where that is not known.
    """
    return "\n".join(_html(text, language_tag, link)) + "\n"


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """Yield the lines of a text; those after the first begin with `indent`."""
    line = ""
    for word in _words(text):
        if line.strip() and columns_of(line + word.rstrip()) > width:
            yield line.rstrip()
            line = indent
        line += word
        while columns_of(line.rstrip()) > width:
            cut = _fitting(line, width)
            yield line[:cut]
            line = indent + line[cut:]
    yield line.rstrip()


def columns_of(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in _WIDE else not unicodedata.combining(letter)
        for letter in text
    )


def _words(text: str) -> list[str]:
    """Split behind spaces, and around each Chinese letter."""
    return re.findall(r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+", text)


def _fitting(line: str, width: int) -> int:
    taken = 0
    for place, letter in enumerate(line):
        taken += columns_of(letter)
        if taken > width:
            return max(1, place)
    return len(line)


def _lines(text: DigestText, width: int) -> Iterator[str]:
    yield from wrapped(text.heading, width)
    yield from wrapped(text.period, width)
    yield ""
    for sentence in text.lead:
        yield from wrapped(sentence, width)
    for section in text.sections:
        yield ""
        yield from wrapped(section.heading.upper(), width)
        yield from _table(section, width)


def _table(section: DigestSection, width: int) -> Iterator[str]:
    if not section.rows:
        yield from wrapped(f"{_GAP}{section.empty}", width, _GAP)
        return
    cells = [section.header, *section.rows]
    sizes = [min(_LONGEST_CELL, max(columns_of(row[n]) for row in cells)) for n in range(len(section.header))]
    # Where the table is too wide its first two columns, which hold names, give way.
    spare = width - len(_GAP) - sum(sizes) - len(_GAP) * (len(sizes) - 1)
    for place in (1, 0):
        taken = min(max(0, -spare), max(0, sizes[place] - 8))
        sizes[place] -= taken
        spare += taken
    for number, row in enumerate(cells):
        yield from _row(row, sizes)
        if number and section.notes and section.notes[number - 1]:
            note = f"{_GAP * 2}-> {section.notes[number - 1]}"
            yield from wrapped(note, width, _GAP * 2 + "   ")
    if section.more:
        yield f"{_GAP}{section.more}"


def _row(row: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    folded = [list(wrapped(cell, size)) for cell, size in zip(row, sizes, strict=True)]
    for number in range(max(map(len, folded))):
        parts = [lines[number] if number < len(lines) else "" for lines in folded]
        padded = (part + " " * (size - columns_of(part)) for part, size in zip(parts, sizes, strict=True))
        yield (_GAP + _GAP.join(padded)).rstrip()


def _marked(text: DigestText) -> Iterator[str]:
    yield from (f"# {_safe(text.heading)}", "", _safe(text.period), "")
    yield from map(_safe, text.lead)
    for section in text.sections:
        yield from ("", f"## {_safe(section.heading)}", "")
        if not section.rows:
            yield _safe(section.empty)
            continue
        notes = section.notes or [""] * len(section.rows)
        header = [*section.header, section.note_word] if section.notes else list(section.header)
        yield f"| {' | '.join(map(_safe, header))} |"
        yield f"|{' --- |' * len(header)}"
        for row, note in zip(section.rows, notes, strict=True):
            cells = [*map(_safe, row), *([_safe_note(note)] if section.notes else [])]
            yield f"| {' | '.join(cells)} |"
        if section.more:
            yield from ("", _safe(section.more))


def _safe(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", words)


def _safe_note(note: str) -> str:
    """Return a suggestion whose settings and commands stay code; a bar would end the cell."""
    parts = note.split("`")
    if len(parts) % 2 == 0:
        return _safe(note)
    return "".join(
        f"`{part.replace('|', chr(92) + '|')}`" if place % 2 else _safe(part)
        for place, part in enumerate(parts)
    )


def _html(text: DigestText, language_tag: str, link: str) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{escape(language_tag)}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(text.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{escape(text.heading)}</h1>\n<p>{escape(text.period)}</p>"
    yield f"<p>{'<br>'.join(map(escape, text.lead))}</p>"
    for section in text.sections:
        yield f"<h2>{escape(section.heading)}</h2>"
        yield from _html_table(section) if section.rows else (f"<p>{escape(section.empty)}</p>",)
    if link:
        yield f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
    yield "</main>\n</body>\n</html>"


def _html_table(section: DigestSection) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.header)
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    notes = section.notes or [""] * len(section.rows)
    for row, note in zip(section.rows, notes, strict=True):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        yield f'<tr class="noted">{cells}</tr>' if note else f"<tr>{cells}</tr>"
        if note:
            yield f'<tr><td class="note" colspan="{len(row)}">{html_note(note)}</td></tr>'
    yield "</tbody>\n</table>"
    if section.more:
        yield f"<p>{escape(section.more)}</p>"


def html_note(note: str) -> str:
    """Return a suggestion as HTML, its settings and commands as code."""
    parts = note.split("`")
    if len(parts) % 2 == 0:
        return escape(note)
    return "".join(
        f"<code>{escape(part)}</code>" if place % 2 else escape(part) for place, part in enumerate(parts)
    )
