"""What a runbook says: what an alert means, what to do about it, how to prevent and how to tune it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from monitor.domain.runbooks.advice import Advice
from monitor.domain.runbooks.figures import Setting, fill, fill_markdown
from monitor.domain.runbooks.text import RunbookText


class Language(StrEnum):
    """The languages posmon speaks to people in."""

    EN = "en"
    ZH = "zh"


class BlockKind(StrEnum):
    """What a block is on the page."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    STEPS = "steps"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, list or command; `items` holds one text, of a list one for each entry.

    The text of CODE is one span, as written with its line breaks. `start` is the number of the first step.
    """

    kind: BlockKind
    items: tuple[RunbookText, ...]
    start: int = 1

    def filled(self, setting: Setting) -> "Block":
        """Return the block with the values in force."""
        return replace(self, items=tuple(fill(text, setting) for text in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One alert's runbook in one language; `text` is the whole file as written (Markdown).

    Its figures are the defaults until it is `filled`.

    Every section has at least one block, and `meaning` and `shop` begin with a paragraph.
    """

    alertname: str
    language: Language
    title: RunbookText
    meaning: tuple[Block, ...]
    causes: tuple[Block, ...]
    shop: tuple[Block, ...]
    oncall: tuple[Block, ...]
    collect: tuple[Block, ...]
    prevent: tuple[Block, ...]
    tuning: tuple[Block, ...]
    text: str

    def filled(self, setting: Setting) -> "Runbook":
        """Return the runbook with the values in force in place of the defaults."""
        sections: dict[str, Any] = {
            name: tuple(block.filled(setting) for block in getattr(self, name)) for name in SECTIONS
        }
        return replace(self, text=fill_markdown(self.text, setting), **sections)


SECTIONS = ("meaning", "causes", "shop", "oncall", "collect", "prevent", "tuning")
"""The sections of a runbook in their order."""

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
"""The heading of each section, in the order of SECTIONS."""


class Runbooks:
    """All runbooks, by alert and language."""

    def __init__(self, runbooks: Iterable[Runbook] = ()) -> None:
        self._runbooks = {(runbook.alertname, runbook.language): runbook for runbook in runbooks}

    @property
    def alertnames(self) -> tuple[str, ...]:
        """The alerts that have a runbook in any language, in the order given."""
        return tuple(dict.fromkeys(alertname for alertname, _ in self._runbooks))

    def find(self, alertname: str, language: Language) -> Runbook | None:
        """Return an alert's runbook, in English where it is not in `language`; None when there is none."""
        return self._runbooks.get((alertname, language)) or self._runbooks.get((alertname, Language.EN))

    def advice(self) -> Mapping[str, Advice]:
        """Return what the alerts that have a runbook in both languages say to people in their annotations."""
        return {
            alertname: _advice(self._runbooks[alertname, Language.EN], self._runbooks[alertname, Language.ZH])
            for alertname in self.alertnames
            if all((alertname, language) in self._runbooks for language in Language)
        }


def _advice(english: Runbook, chinese: Runbook) -> Advice:
    return Advice(
        meaning=english.meaning[0].items[0],
        meaning_zh=chinese.meaning[0].items[0],
        action=english.shop[0].items[0],
        action_zh=chinese.shop[0].items[0],
    )
