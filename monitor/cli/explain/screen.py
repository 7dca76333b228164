"""`posmon explain` for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.cli.explain.lexicon import AlertMeaning, Explanation, alertnames, detector_of
from monitor.cli.output.line_breaking import Prose
from monitor.cli.output.program_name import called
from monitor.cli.output.styles import STYLES
from monitor.cli.output.text import inert
from monitor.config.code_categories import CategoryAdvice
from monitor.config.durations import format_duration
from monitor.domain.alerts.alert import Owner
from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCode, ResponseCodes
from monitor.domain.runbooks.runbook import HEADINGS, SECTIONS, Block, BlockKind, Language
from monitor.domain.runbooks.text import Span, SpanKind, plain

OWNERS: Mapping[Language, Mapping[Owner, str]] = {
    Language.EN: {owner: owner.value for owner in Owner},
    Language.ZH: {
        Owner.SHOP: "门店",
        Owner.FIELD: "现场服务",
        Owner.NETWORK: "网络",
        Owner.ACQUIRER: "收单机构",
        Owner.SECURITY: "安全",
        Owner.MONITORING: "监控",
    },
}
"""Who acts first, in words."""

_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.EN: {
        "colon": ": ",
        "code": "Response code",
        "category": "Category",
        "meaning": "Meaning",
        "shop": "In the shop",
        "oncall": "On call",
        "alerts": "Counted by",
        "none": "no alert",
        "codes": "Codes",
        "source": "Source",
        "dialect": "Dialect",
        "alert": "Alerts",
        "after": "after",
        "at once": "at once",
        "first": "acts first: {}",
        "off": "off until configured",
        "categories": "Categories of response codes",
        "dialects": "Dialects",
        "more": "{} explain WORD tells more about any of these, or about a response code such as 97.",
    },
    Language.ZH: {
        "colon": "：",
        "code": "应答码",
        "category": "类别",
        "meaning": "含义",
        "shop": "门店",
        "oncall": "值班",
        "alerts": "计入告警",
        "none": "无",
        "codes": "应答码",
        "source": "来源",
        "dialect": "方言",
        "alert": "告警",
        "after": "持续",
        "at once": "立即",
        "first": "先由{}处理",
        "off": "默认关闭",
        "categories": "应答码类别",
        "dialects": "方言",
        "more": "{} explain 加上以上任一名称或应答码（如 97）可查看详情。",
    },
}
_SPAN_STYLES = {
    SpanKind.PLAIN: "",
    SpanKind.CODE: "cyan",
    SpanKind.BOLD: "bold",
    SpanKind.LINK: "underline",
}


def explanation_screen(explanation: Explanation) -> RenderableType:
    """Return everything the word stands for, one part below the other."""
    words, language = _WORDS[explanation.language], explanation.language
    parts: list[RenderableType] = []
    if explanation.codes:
        parts.append(_codes(explanation, words))
    if explanation.category:
        parts.append(Group(_advice(explanation.category, words), *_having(explanation.category_codes, words)))
    if explanation.alert:
        parts.append(Group(*_runbook(explanation.alert, words, language)))
    if explanation.alerts:
        parts.append(Group(_heading(words["alert"]), _titles(explanation.alerts)))
    if explanation.dialect:
        head = _heading(f"{words['dialect']} {explanation.dialect.name}")
        parts.append(Group(head, _rows(explanation.dialect.codes.values(), language)))
    return Group(*(line for part in parts for line in (part, "")))


def listing_screen(codes: ResponseCodes, language: Language) -> RenderableType:
    """Return the names of everything that can be explained."""
    words = _WORDS[language]
    grouped = groupby(
        sorted(alertnames(), key=_category_of), key=lambda alertname: _category_of(alertname) or "posmon"
    )
    return Group(
        _heading(words["alert"]),
        _pairs([(category, ", ".join(names)) for category, names in grouped]),
        _heading(words["categories"]),
        _indented(Prose(Text(", ".join(CodeCategory)))),
        _heading(words["dialects"]),
        _pairs([(name, " ".join(codes[name].codes)) for name in codes.dialects]),
        "",
        Prose(Text(words["more"].format(called()), style="dim")),
    )


def _category_of(alertname: str) -> str:
    detector = detector_of(alertname)
    return detector.category.value if detector else ""


def _codes(explanation: Explanation, words: Mapping[str, str]) -> RenderableType:
    meanings = explanation.codes
    table = _grid(3)
    for meaning in meanings:
        text = _in_language(meaning.row, explanation.language)
        table.add_row(meaning.dialect, Text(meaning.row.category, style="bold"), Prose(Text(inert(text))))
    advices = {meaning.row.category: meaning.advice for meaning in meanings}
    sources = [(meaning.dialect, inert(meaning.row.source)) for meaning in meanings]
    return Group(
        _heading(f"{words['code']} {meanings[0].row.code}"),
        _indented(table),
        *(_advice(advice, words) for advice in advices.values()),
        _heading(words["source"]),
        _pairs(sources),
    )


def _advice(advice: CategoryAdvice, words: Mapping[str, str]) -> RenderableType:
    alerts = ", ".join(advice.alerts) or words["none"]
    pairs = [(words[name], getattr(advice, name)) for name in ("meaning", "shop", "oncall")]
    return Group(
        _heading(f"{words['category']} {advice.category}"), _pairs([*pairs, (words["alerts"], alerts)])
    )


def _having(dialects: Sequence[Dialect], words: Mapping[str, str]) -> Iterator[RenderableType]:
    if dialects:
        yield _heading(words["codes"])
        yield _pairs([(dialect.name, " ".join(dialect.codes)) for dialect in dialects])


def _titles(meanings: Sequence[AlertMeaning]) -> RenderableType:
    table = _grid(2)
    for meaning in meanings:
        table.add_row(meaning.runbook.alertname, Prose(_marked(meaning.runbook.title)))
    return _indented(table)


def _runbook(meaning: AlertMeaning, words: Mapping[str, str], language: Language) -> Iterator[RenderableType]:
    runbook, rule = meaning.runbook, meaning.rule
    yield Prose(
        Text()
        .append(runbook.alertname, style="bold")
        .append(words["colon"])
        .append_text(_marked(runbook.title))
    )
    if rule:
        wait = f"{words['after']} {format_duration(rule.for_s)}" if rule.for_s else words["at once"]
        acts = words["first"].format(OWNERS[language][rule.owner])
        facts = [rule.detector.category.value, wait, acts, *([] if rule.enabled else [words["off"]])]
        severity = Text().append(rule.severity.value, style=STYLES[rule.severity])
        yield severity.append(f" · {' · '.join(facts)}", style="dim")
    for name, heading in zip(SECTIONS, HEADINGS[language], strict=True):
        yield _heading(heading)
        for number, block in enumerate(getattr(runbook, name)):
            yield _block(block, is_first=number == 0)


def _block(block: Block, *, is_first: bool) -> RenderableType:
    above = 0 if is_first else 1
    if block.kind is BlockKind.CODE:
        code = plain(block.items[0])
        return Padding(Text(code, style="cyan", no_wrap=True, overflow="ignore"), (above, 0, 0, 6))
    if block.kind is BlockKind.PARAGRAPH:
        return Padding(Prose(_marked(block.items[0])), (above, 0, 0, 2))
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True, justify="right", style="dim")
    table.add_column(ratio=1)
    for number, text in enumerate(block.items, block.start):
        mark = "-" if block.kind is BlockKind.BULLETS else f"{number}."
        table.add_row(mark, Prose(_marked(text)))
    return Padding(table, (above, 0, 0, 2))


def _marked(spans: Iterable[Span]) -> Text:
    marked = Text()
    for span in spans:
        marked.append(_shown(span), style=_SPAN_STYLES[span.kind])
    return marked


def _shown(span: Span) -> str:
    is_far = span.kind is SpanKind.LINK and "://" in span.target
    return f"{span.text} ({span.target})" if is_far else span.text


def _rows(rows: Iterable[ResponseCode], language: Language) -> RenderableType:
    table = _grid(3)
    for row in rows:
        text = inert(_in_language(row, language))
        table.add_row(Text(row.code, style="bold"), row.category.value, Prose(Text(text)))
    return _indented(table)


def _in_language(row: ResponseCode, language: Language) -> str:
    return row.text_zh if language is Language.ZH else row.text


def _pairs(pairs: Sequence[tuple[str, str]]) -> RenderableType:
    table = _grid(2)
    for name, text in pairs:
        table.add_row(name, Prose(Text(text)))
    return _indented(table)


def _grid(columns: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(columns - 1):
        table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    return table


def _indented(renderable: RenderableType) -> RenderableType:
    return Padding(renderable, (0, 0, 0, 2))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")
