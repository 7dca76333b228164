import pytest

from monitor.domain.runbooks.markdown import MalformedRunbook, parse_runbook
from monitor.domain.runbooks.runbook import HEADINGS, SECTIONS, Block, BlockKind, Language
from monitor.domain.runbooks.text import RunbookText, Span, SpanKind, plain

WHOLE = """\
# PaperOut: the printer has no paper

## Meaning
The roll is used up
or lies the wrong way round.

Sales may stop.

## Likely causes
- used up
* wrong way
  round

## In the shop now
Insert a roll.

1. Open.
2. Close.

## On call
1. Run this:

```
posmon probe 10000001
```

2. Wait.
## Collect
- a photo
## Prevent
- spare rolls
## Tuning
- `detectors.PaperOut.for`
"""

CHINESE = "# PaperOut：打印机缺纸\n" + "".join(  # noqa: RUF001
    f"## {heading}\n纸卷用完\n了，请换纸。\n"  # noqa: RUF001
    for heading in HEADINGS[Language.ZH]
)


def words(text: str, kind: SpanKind = SpanKind.PLAIN) -> RunbookText:
    """Return a text of one kind throughout."""
    return (Span(kind, text),)


def test_sections_are_read_into_blocks() -> None:
    """Paragraphs, lists, steps and commands come out as written, wrapped lines joined."""
    runbook = parse_runbook(WHOLE, Language.EN)
    assert (runbook.alertname, runbook.title) == ("PaperOut", words("the printer has no paper"))
    assert runbook.meaning == (
        Block(kind=BlockKind.PARAGRAPH, items=(words("The roll is used up or lies the wrong way round."),)),
        Block(kind=BlockKind.PARAGRAPH, items=(words("Sales may stop."),)),
    )
    assert runbook.causes == (
        Block(kind=BlockKind.BULLETS, items=(words("used up"), words("wrong way round"))),
    )
    assert runbook.shop[1] == Block(kind=BlockKind.STEPS, items=(words("Open."), words("Close.")))
    assert [block.kind for block in runbook.oncall] == [BlockKind.STEPS, BlockKind.CODE, BlockKind.STEPS]
    assert runbook.oncall[1].items == (words("posmon probe 10000001", SpanKind.CODE),)
    assert runbook.oncall[2].start == 2
    assert runbook.text == WHOLE


def test_chinese_has_its_own_headings_and_no_spaces_at_line_ends() -> None:
    """The same sections under their Chinese names; wrapped lines are joined without a space."""
    runbook = parse_runbook(CHINESE, Language.ZH)
    assert runbook.title == words("打印机缺纸")
    said = words("纸卷用完了，请换纸。")  # noqa: RUF001
    assert all(getattr(runbook, name)[0].items == (said,) for name in SECTIONS)


BAD = [
    ("no title", WHOLE.replace("# PaperOut: ", "", 1), "line 1: must begin with"),
    ("title without words", WHOLE.replace(": the printer has no paper", ""), "line 1: must begin with"),
    (
        "text before the first section",
        WHOLE.replace("\n## Meaning", "Hello\n## Meaning", 1),
        "line 2: expected",
    ),
    ("a section is missing", WHOLE.replace("## Collect\n- a photo\n", ""), "expected '## Collect'"),
    ("the last section is missing", WHOLE.partition("## Tuning")[0], "'## Tuning' is missing"),
    ("a section more", f"{WHOLE}## More\n- x\n", "expected no further section"),
    ("a section is empty", WHOLE.replace("- a photo\n", ""), "this section is empty"),
    (
        "a comment of one's own",
        WHOLE.replace("- a photo", "- a photo<!-- of it -->"),
        "right behind a figure",
    ),
    ("the shop begins with steps", WHOLE.replace("Insert a roll.\n", ""), "begins with a paragraph"),
    ("a list within a list", WHOLE.replace("- a photo", "- a\n  - b"), "a list within a list"),
    ("a deeper heading", WHOLE.replace("- a photo", "### b"), "a heading of this level"),
    ("a table", WHOLE.replace("- a photo", "| a |"), "a table"),
    ("HTML", WHOLE.replace("- a photo", "<b>a</b>"), "HTML"),
    ("HTML in a sentence", WHOLE.replace("a photo", "a <b>photo</b>"), "line 29: HTML"),
    ("a table that Markdown reads", WHOLE.replace("- a photo", "|a|\n|-|\n|b|"), "line 29: a table"),
    ("a quotation", WHOLE.replace("- a photo", "> a"), "a quotation"),
    ("a picture", WHOLE.replace("a photo", "![a](b.png)"), "a picture"),
    ("a line across", WHOLE.replace("- a photo", "***"), "a line across the page"),
    ("an underlined heading", WHOLE.replace("- a photo", "a\n---"), "a heading of this level"),
    ("indented code", WHOLE.replace("- a photo", "    a"), "indented code"),
    ("code in a list", WHOLE.replace("- a photo", "- a\n  ```\n  b\n  ```"), "code in a list"),
    ("two paragraphs in an entry", WHOLE.replace("- a photo", "- a\n\n  b"), "a list entry is one paragraph"),
    ("steps without a blank line before", WHOLE.replace("- a photo", "a\n2. b"), "line 30: a list within"),
    ("a mark within a mark", WHOLE.replace("a photo", "**a `b`**"), "line 29: a mark within a mark"),
    ("italics", WHOLE.replace("a photo", "*a*"), "emphasis other than **bold**"),
    ("an open code block at the very end", f"{WHOLE}\n```", "not closed"),
    ("invisible characters", WHOLE.replace("- a photo", "\x0c"), "line 29: a line without a visible"),
    ("an open code block", f"{WHOLE}\n```\nx\n", "not closed"),
    ("nothing at all", "", "line 1: must begin with"),
]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_another_form_is_refused(text: str, said: str) -> None:
    """What is no runbook is refused with its line."""
    with pytest.raises(MalformedRunbook, match=r"^line") as caught:
        parse_runbook(text, Language.EN)
    assert said in str(caught.value)


def test_marks_become_spans() -> None:
    """Code, bold and links are told from text; a mark that is not closed is text."""
    marked = WHOLE.replace("used up\nor lies", "`a b` and **c**, [d](e.md) or `f, 5 * 4 * 3\nor lies", 1)
    (text,) = parse_runbook(marked, Language.EN).meaning[0].items
    assert text == (
        Span(SpanKind.PLAIN, "The roll is "),
        Span(SpanKind.CODE, "a b"),
        Span(SpanKind.PLAIN, " and "),
        Span(SpanKind.BOLD, "c"),
        Span(SpanKind.PLAIN, ", "),
        Span(SpanKind.LINK, "d", "e.md"),
        Span(SpanKind.PLAIN, " or `f, 5 * 4 * 3 or lies the wrong way round."),
    )
    assert plain(text).startswith("The roll is a b and c, d or `f")


def test_link_to_a_script_is_text() -> None:
    """A target that a browser would run never becomes a link."""
    marked = WHOLE.replace("- a photo", "- [a](javascript:alert(1))")
    (text,) = parse_runbook(marked, Language.EN).collect[0].items
    assert [span.kind for span in text] == [SpanKind.PLAIN]
