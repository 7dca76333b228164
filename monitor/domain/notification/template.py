"""Texts with places for values: what a request to a ticket system is made of.

A place is `{{ name }}` or `{{ name.key }}`. A value takes its place as data: it is never read as a template,
nor as the syntax of what stands around it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PLACE = re.compile(r"\{\{\s*([a-z_]+(?:\.[A-Za-z_][A-Za-z0-9_]*)?)\s*\}\}", re.ASCII)
_BRACES = re.compile(r"\{\{|\}\}")

Values = Mapping[str, Any]
"""What templates may name: text, numbers, lists, mappings of text."""

Escape = Callable[[str], str]


class BadTemplate(ValueError):
    """The text is no template; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Template:
    """One text: `parts` are literals and, at every second place, names."""

    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, in their order."""
        return self.parts[1::2]

    @property
    def is_one_value(self) -> bool:
        """Whether it is one place and nothing else."""
        return len(self.parts) == 3 and not self.parts[0] and not self.parts[2]  # noqa: PLR2004 - "", name, ""

    def value(self, values: Values) -> Any:  # noqa: ANN401 - whatever the value is
        """Return the value itself where the text is one place, else text."""
        return value_of(self.names[0], values) if self.is_one_value else self.text(values)

    def text(self, values: Values, escape: Escape = str) -> str:
        """Return the text with its values; `escape` makes each safe for what it stands in."""
        filled = list(self.parts)
        filled[1::2] = [escape(plain(value_of(name, values))) for name in self.names]
        return "".join(filled)


def parse_template(text: str) -> Template:
    """Return a template; raises BadTemplate."""
    parts = tuple(_PLACE.split(text))
    if any(_BRACES.search(literal) for literal in parts[::2]):
        raise BadTemplate("has braces that are no place for a value; write {{ name }} or {{ labels.name }}")
    return Template(parts)


def value_of(name: str, values: Values) -> Any:  # noqa: ANN401 - whatever the value is
    """Return a value by its name, "" where there is none."""
    head, _, key = name.partition(".")
    found = values.get(head, "")
    if not key:
        return found
    return found.get(key, "") if isinstance(found, Mapping) else ""


def plain(value: object) -> str:
    """Return a single value as text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def filled(document: object, values: Values) -> object:
    """Return a JSON document whose texts were templates; keys stay as they are written."""
    if isinstance(document, str):
        return parse_template(document).value(values)
    if isinstance(document, Mapping):
        return {key: filled(value, values) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [filled(value, values) for value in document]
    return document


def texts_in(
    document: object, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text of a JSON document with its place, keys left out."""
    if isinstance(document, str):
        yield place, document
    elif isinstance(document, Mapping):
        for key, value in document.items():
            yield from texts_in(value, (*place, str(key)))
    elif isinstance(document, list | tuple):
        for number, value in enumerate(document):
            yield from texts_in(value, (*place, number))
