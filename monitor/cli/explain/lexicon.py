"""The meanings of a word, for `posmon explain`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from monitor.adapters.runbook_files import alerts_with_runbook, load_runbook
from monitor.config.code_categories import CategoryAdvice, category_advice
from monitor.config.suggestions import nearest
from monitor.domain.alerts.alert import Category
from monitor.domain.alerts.detector import Detector
from monitor.domain.alerts.rules import Rule
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCode, ResponseCodes
from monitor.domain.runbooks.runbook import Language, Runbook

_MOST_SUGGESTIONS = 5
_TELLING = 3
"""A part of a name of at least so many letters tells which is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMeaning:
    """One response code in one dialect, with the advice on its category."""

    dialect: str
    row: ResponseCode
    advice: CategoryAdvice


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMeaning:
    """One alert: its runbook and its rule, both with the settings in force; None where there is no rule."""

    runbook: Runbook
    rule: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that a word stands for. Of a code category also the codes that have it, by dialect."""

    word: str
    language: Language
    codes: tuple[CodeMeaning, ...] = ()
    alert: AlertMeaning | None = None
    category: CategoryAdvice | None = None
    category_codes: tuple[Dialect, ...] = ()
    alerts: tuple[AlertMeaning, ...] = ()
    dialect: Dialect | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the word stands for nothing."""
        return not (self.codes or self.alert or self.category or self.alerts or self.dialect)


class Lexicon:
    """Looks words up in one language; `dialect` narrows it to one dialect, "" is all of them.

    `rules` are those in force, None for the defaults.
    """

    def __init__(
        self,
        *,
        codes: ResponseCodes,
        language: Language,
        dialect: str = "",
        rules: RuleBook | None = None,
    ) -> None:
        self._rules = rules or RuleBook()
        self._codes = codes
        self._language = language
        self._dialects = (dialect,) if dialect else codes.dialects

    def explain(self, word: str) -> Explanation:
        """Return the meanings of `word`, in any letter case."""
        name = nearest_name(word, CodeCategory)
        category = CodeCategory(name) if name else None
        dialect = nearest_name(word, self._dialects)
        return Explanation(
            word=word,
            language=self._language,
            codes=tuple(self._code_meanings(word)),
            alert=self._alert(word),
            category=category_advice(category, self._language) if category else None,
            category_codes=tuple(self._having(category)) if category else (),
            alerts=tuple(self._alerts_in(nearest_name(word, Category))),
            dialect=self._codes[dialect] if dialect else None,
        )

    def dialects_with(self, code: str) -> list[str]:
        """Return the dialects that have a code, those too that were not asked for."""
        return [name for name in self._codes.dialects if self._row(name, code)]

    def suggestions(self, word: str) -> list[str]:
        """Return words that may have been meant by one without a meaning."""
        names = (*alertnames(), *CodeCategory, *Category, *self._codes.dialects)
        codes = dict.fromkeys(code for name in self._dialects for code in self._codes[name].codes)
        unpadded = word.lstrip("0").upper()
        found = [code for code in codes if unpadded and code.lstrip("0") == unpadded]
        found += [name for name in names if len(word) >= _TELLING and _folded(word) in _folded(name)]
        if not found and (near := nearest(word, names)):
            found = [near]
        return [str(name) for name in found[:_MOST_SUGGESTIONS]]

    def _code_meanings(self, word: str) -> Iterator[CodeMeaning]:
        for name in self._dialects:
            row = self._row(name, word)
            if row is not None:
                advice = category_advice(row.category, self._language)
                yield CodeMeaning(dialect=name, row=row, advice=advice)

    def _row(self, dialect: str, code: str) -> ResponseCode | None:
        return self._codes.find(dialect, code) or self._codes.find(dialect, code.upper())

    def _alert(self, word: str) -> AlertMeaning | None:
        alertname = nearest_name(word, alertnames())
        runbook = load_runbook(alertname, self._language) if alertname else None
        if runbook is None:
            return None
        setting = partial(self._rules.setting, runbook.alertname)
        return AlertMeaning(runbook=runbook.filled(setting), rule=self._rules.find(runbook.alertname))

    def _alerts_in(self, category: str | None) -> Iterator[AlertMeaning]:
        for detector in DETECTORS:
            if category is not None and detector.category == category:
                meaning = self._alert(detector.alertname)
                if meaning is not None:
                    yield meaning

    def _having(self, category: CodeCategory) -> Iterator[Dialect]:
        """Yield each dialect with nothing but its codes of a category."""
        for name in self._dialects:
            rows = {code: row for code, row in self._codes[name].codes.items() if row.category is category}
            if rows:
                yield Dialect(name=name, codes=rows)


def nearest_name(word: str, known: Sequence[str] | type[CodeCategory] | type[Category]) -> str | None:
    """Return the one of `known` that is `word` but for letter case, `-`, `_` and spaces."""
    return next((str(name) for name in known if _folded(name) == _folded(word)), None)


def alertnames() -> tuple[str, ...]:
    """Return the names of all alerts that can be explained."""
    return alerts_with_runbook()


def detector_of(alertname: str) -> Detector | None:
    """Return the detector of an alert, None when this release has none."""
    return BY_NAME.get(alertname)


def _folded(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
