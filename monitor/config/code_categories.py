"""The meaning of each category of response codes, and advice on it."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.runbooks.runbook import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAdvice:
    """One category in one language: its meaning, what the shop and on-call do; `alerts` count it."""

    category: CodeCategory
    meaning: str
    shop: str
    oncall: str
    alerts: tuple[str, ...]


def category_advice(category: CodeCategory, language: Language) -> CategoryAdvice:
    """Return the advice on a category."""
    row = _rows()[category.value]
    suffix = "" if language is Language.EN else f"_{language.value}"
    return CategoryAdvice(
        category=category,
        meaning=row[f"meaning{suffix}"],
        shop=row[f"shop{suffix}"],
        oncall=row[f"oncall{suffix}"],
        alerts=tuple(row["alerts"]),
    )


@cache
def _rows() -> dict[str, dict[str, str]]:
    file = files("monitor.config").joinpath("code_categories.yaml")
    rows: dict[str, dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return rows
