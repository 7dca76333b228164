import pytest

from monitor.domain.runbooks.markdown import HEADINGS, MalformedRunbook, parse_runbook
from monitor.domain.runbooks.runbook import SECTIONS, Block, BlockKind, Language
from monitor.domain.runbooks.text import Span, SpanKind, plain, spans

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


def test_sections_are_read_into_blocks() -> None:
    """Paragraphs, lists, steps and commands come out as written, wrapped lines joined."""
    runbook = parse_runbook(WHOLE, Language.EN)
    assert (runbook.alertname, runbook.title) == ("PaperOut", "the printer has no paper")
    assert runbook.meaning == (
        Block(kind=BlockKind.PARAGRAPH, items=("The roll is used up or lies the wrong way round.",)),
        Block(kind=BlockKind.PARAGRAPH, items=("Sales may stop.",)),
    )
    assert runbook.causes == (Block(kind=BlockKind.BULLETS, items=("used up", "wrong way round")),)
    assert runbook.shop[1] == Block(kind=BlockKind.STEPS, items=("Open.", "Close."))
    assert [block.kind for block in runbook.oncall] == [BlockKind.STEPS, BlockKind.CODE, BlockKind.STEPS]
    assert runbook.oncall[1].items == ("posmon probe 10000001",)
    assert runbook.oncall[2].start == 2
    assert runbook.text == WHOLE


def test_chinese_has_its_own_headings_and_no_spaces_at_line_ends() -> None:
    """The same sections under their Chinese names; wrapped lines are joined without a space."""
    runbook = parse_runbook(CHINESE, Language.ZH)
    assert runbook.title == "打印机缺纸"
    assert all(getattr(runbook, name)[0].items == ("纸卷用完了，请换纸。",) for name in SECTIONS)  # noqa: RUF001


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
    ("the shop begins with steps", WHOLE.replace("Insert a roll.\n", ""), "begins with a paragraph"),
    ("a list within a list", WHOLE.replace("- a photo", "- a\n  - b"), "a list within a list"),
    ("a deeper heading", WHOLE.replace("- a photo", "### b"), "a heading of this level"),
    ("a table", WHOLE.replace("- a photo", "| a |"), "a table"),
    ("HTML", WHOLE.replace("- a photo", "<b>a</b>"), "HTML"),
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
    assert list(spans("see `a b` and **c**, [d](e.md) or `f")) == [
        Span(SpanKind.PLAIN, "see "),
        Span(SpanKind.CODE, "a b"),
        Span(SpanKind.PLAIN, " and "),
        Span(SpanKind.BOLD, "c"),
        Span(SpanKind.PLAIN, ", "),
        Span(SpanKind.LINK, "d", "e.md"),
        Span(SpanKind.PLAIN, " or `f"),
    ]
    assert plain("**a** [b](c) `d`") == "a b d"
