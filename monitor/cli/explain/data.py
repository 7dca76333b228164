"""`posmon explain` for programs."""

from collections.abc import Iterable

import msgspec

from monitor.cli.explain.lexicon import AlertMeaning, CodeMeaning, Explanation, alertnames
from monitor.cli.output.json_csv import json_of
from monitor.config.code_categories import CategoryAdvice
from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCodes
from monitor.domain.runbooks.runbook import SECTIONS, Block, Language
from monitor.domain.runbooks.text import plain


class CodeData(msgspec.Struct, kw_only=True):
    """One response code in one dialect; `alerts` are those that count its category."""

    dialect: str
    code: str
    category: CodeCategory
    text: str
    text_zh: str
    source: str
    meaning: str
    shop: str
    oncall: str
    alerts: tuple[str, ...]


class CategoryData(msgspec.Struct, kw_only=True):
    """A category of response codes; `codes` are those that have it, by dialect."""

    category: CodeCategory
    meaning: str
    shop: str
    oncall: str
    alerts: tuple[str, ...]
    codes: dict[str, list[str]]


class AlertData(msgspec.Struct, kw_only=True):
    """An alert's runbook, each section as plain paragraphs and entries, and its rule."""

    alertname: str
    title: str
    category: Category | None
    severity: Severity | None
    owner: Owner | None
    for_seconds: float | None
    meaning: list[str]
    causes: list[str]
    shop: list[str]
    oncall: list[str]
    collect: list[str]
    prevent: list[str]
    tuning: list[str]


class ExplanationData(msgspec.Struct, kw_only=True):
    """Everything the word stands for; `alerts` are those of an alert category."""

    word: str
    lang: Language
    codes: list[CodeData]
    category: CategoryData | None
    alert: AlertData | None
    alerts: list[str]
    dialect: dict[str, list[str]]


class ListingData(msgspec.Struct, kw_only=True):
    """Everything that can be explained; `dialects` have their codes."""

    alerts: tuple[str, ...]
    categories: list[CodeCategory]
    alert_categories: list[Category]
    dialects: dict[str, list[str]]


def explanation_json(explanation: Explanation) -> bytes:
    """Return one JSON object, indented."""
    dialects = [explanation.dialect] if explanation.dialect else []
    category = explanation.category
    return json_of(
        ExplanationData(
            word=explanation.word,
            lang=explanation.language,
            codes=[_code(meaning) for meaning in explanation.codes],
            category=_category(category, explanation.category_codes) if category else None,
            alert=_alert(explanation.alert) if explanation.alert else None,
            alerts=[meaning.runbook.alertname for meaning in explanation.alerts],
            dialect=_codes_of(dialects),
        )
    )


def listing_json(codes: ResponseCodes) -> bytes:
    """Return one JSON object, indented."""
    return json_of(
        ListingData(
            alerts=alertnames(),
            categories=list(CodeCategory),
            alert_categories=list(Category),
            dialects=_codes_of(codes[name] for name in codes.dialects),
        )
    )


def _code(meaning: CodeMeaning) -> CodeData:
    row, advice = meaning.row, meaning.advice
    return CodeData(
        dialect=meaning.dialect,
        code=row.code,
        category=row.category,
        text=row.text,
        text_zh=row.text_zh,
        source=row.source,
        meaning=advice.meaning,
        shop=advice.shop,
        oncall=advice.oncall,
        alerts=advice.alerts,
    )


def _category(advice: CategoryAdvice, dialects: Iterable[Dialect]) -> CategoryData:
    return CategoryData(
        category=advice.category,
        meaning=advice.meaning,
        shop=advice.shop,
        oncall=advice.oncall,
        alerts=advice.alerts,
        codes=_codes_of(dialects),
    )


def _alert(meaning: AlertMeaning) -> AlertData:
    runbook, rule = meaning.runbook, meaning.rule
    sections = {name: _texts(getattr(runbook, name)) for name in SECTIONS}
    return AlertData(
        alertname=runbook.alertname,
        title=plain(runbook.title),
        category=rule.detector.category if rule else None,
        severity=rule.severity if rule else None,
        owner=rule.owner if rule else None,
        for_seconds=rule.for_s if rule else None,
        **sections,
    )


def _texts(blocks: Iterable[Block]) -> list[str]:
    return [plain(text) for block in blocks for text in block.items]


def _codes_of(dialects: Iterable[Dialect]) -> dict[str, list[str]]:
    return {dialect.name: list(dialect.codes) for dialect in dialects}
