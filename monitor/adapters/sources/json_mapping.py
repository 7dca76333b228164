"""From a service's JSON to reports: which expression leads to which field of a heartbeat."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from monitor.adapters.sources.reports import CARD, read_time, report_of, terminal_id_of
from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.fields import EVENTS, FIELD_NAMES
from monitor.domain.sources.report import MappedField, TerminalReport

Getter = Callable[[Any], Any]

MAPPED_FIELDS = tuple(name for name in FIELD_NAMES if name != EVENTS)
"""Fields of the heartbeat document that an expression may lead to."""

ONLINE_WORDS = {"online": True, "offline": False}

_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_UNKNOWN_WORD = "a word that the mapping does not list"


class BadExpression(ValueError):
    """The text is no JMESPath expression; `str()` says where."""


class Expression:
    """A JMESPath expression. Plain dotted names, which most are, are looked up without its interpreter."""

    __slots__ = ("_get", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if _DOTTED.fullmatch(text):
            self._get = _dotted(text.split("."))
        else:
            try:
                self._get = jmespath.compile(text).search
            except JMESPathError as error:
                raise BadExpression(f"not JMESPath: {str(error).splitlines()[0]}") from None

    def __call__(self, item: Any) -> Any:  # noqa: ANN401 - JSON is anything
        """Return what it finds in `item`, None when it finds nothing or cannot be applied to it."""
        try:
            return self._get(item)
        except (JMESPathError, ArithmeticError, ValueError):  # ceil() of infinity, sum() of huge integers
            return None


def _dotted(names: Sequence[str]) -> Getter:
    def get(item: Any) -> Any:  # noqa: ANN401 - JSON is anything
        for name in names:
            if type(item) is not dict:
                return None
            item = item.get(name)
        return item

    return get


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One field: where it is found, and how its words are translated. Empty `words`: taken as they are."""

    expression: Expression
    words: Mapping[str, str] = field(default_factory=dict)
    time_format: str = "rfc3339"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonMapping:
    """How a service's items become reports.

    `id` leads to the source's id of a terminal, None where something else tells it; `online` to a word or a
    boolean, `seen_at` to when the source last heard of it, `site` to where it stands, `fields` by the dotted
    names of the heartbeat document to everything else.
    """

    id: Expression | None
    online: Mapped | None = None
    seen_at: Mapped | None = None
    site: Expression | None = None
    fields: Mapping[str, Mapped] = field(default_factory=dict)

    def report(self, item: object, *, terminal: str | None = None) -> TerminalReport | None:
        """Return what an item says, None when it has no id that can be one.

        `terminal` is the id where it is known already: an `id` of the mapping goes before it.
        """
        terminal = self.terminal_of(item) if self.id is not None else terminal_id_of(terminal)
        if terminal is None:
            return None
        fields: dict[str, Any] = {}
        problems: list[str] = []
        for name, mapped in self.fields.items():
            value, problem = _translated(mapped, mapped.expression(item))
            if problem:
                problems.append(f"{name}: {problem}")
            elif value is not None:
                _put(fields, name, value)
        return report_of(
            terminal,
            fields,
            online=self._online(item),
            seen_at=self._seen_at(item),
            problems=problems,
            site=self._site(item),
        )

    def explain(self, item: object) -> Iterator[MappedField]:
        """Yield each expression with what it found in `item` and what became of it."""
        if self.id is not None:
            yield MappedField("id", self.id.text, self.id(item), self.terminal_of(item))
        for name, mapped, read in (
            ("online", self.online, self._online),
            ("seen_at", self.seen_at, self._seen_at),
        ):
            if mapped is not None:
                yield MappedField(name, mapped.expression.text, mapped.expression(item), read(item))
        if self.site is not None:
            site = report_of("", {}, site=self._site(item)).site
            yield MappedField("site", self.site.text, self._site(item), site or None)
        for name, mapped in self.fields.items():
            raw = mapped.expression(item)
            value, problem = _translated(mapped, raw)
            fields: dict[str, Any] = {}
            if value is not None:
                _put(fields, name, value)
            unreadable = report_of("", fields).unreadable
            problem = problem or next((one.partition(": ")[2] for one in unreadable), "")
            yield MappedField(name, mapped.expression.text, raw, None if problem else value, problem)

    def terminal_of(self, item: object) -> str | None:
        """Return the source's id of the terminal that an item is about, None for what cannot be one."""
        return terminal_id_of(self.id(item)) if self.id is not None else None

    def _site(self, item: object) -> object:
        return self.site(item) if self.site is not None else None

    def _online(self, item: object) -> bool | None:
        if self.online is None:
            return None
        value, _ = _translated(self.online, self.online.expression(item))
        return value if type(value) is bool else ONLINE_WORDS.get(str(value))

    def _seen_at(self, item: object) -> float | None:
        if self.seen_at is None:
            return None
        return read_time(self.seen_at.expression(item), self.seen_at.time_format)


def _translated(mapped: Mapped, raw: object) -> tuple[object, str]:
    """Return the value in posmon's words, and what is wrong with it."""
    if raw is None:
        return None, ""
    if type(raw) is str and contains_card_number(raw):
        return None, CARD
    if not mapped.words:
        return raw, ""
    word = str(raw).lower() if type(raw) is bool else str(raw)
    return (mapped.words[word], "") if word in mapped.words else (None, _UNKNOWN_WORD)


def _put(document: dict[str, Any], name: str, value: object) -> None:
    part, dot, inner = name.partition(".")
    if dot:
        document.setdefault(part, {})[inner] = value
    else:
        document[part] = value
