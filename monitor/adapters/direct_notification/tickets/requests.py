"""The requests that one system of tickets understands, ready to be filled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from monitor.domain.notification.template import Values, filled, parse_template

JSON = "application/json"
_PLAIN_TEXT = "text/plain; charset=utf-8"
_MARKUP = ("xml", "html")
_FORM = "x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRequest:
    """One request with its values: `target` is path and query, encoded; `body` None where there is none."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTemplate:
    """One request with places for values, which are sound templates.

    Values stand in `json` as data, in `target` and header fields encoded, in `text` as the header field
    Content-Type of the request says. `document_id` and `number` are JMESPath expressions on the answer.
    """

    method: str = "POST"
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    text: str | None = None
    document_id: str | None = None
    number: str | None = None
    id_from_location: bool = False
    trusted_after_s: float = 0.0

    def filled(self, values: Values, common: Mapping[str, str]) -> FilledRequest:
        """Return the request with `values`; `common` are the header fields of all requests.

        Raises ValueError when a value cannot be written as JSON.
        """
        fields = {**common, **self.headers}
        headers = {name: parse_template(one).text(values, _in_a_header) for name, one in fields.items()}
        headers = {name: one for name, one in headers.items() if one}
        body = None
        if self.json is not None:
            body = msgspec.json.encode(filled(self.json, values))
            headers.setdefault("Content-Type", JSON)
        elif self.text is not None:
            headers.setdefault("Content-Type", _PLAIN_TEXT)
            body = parse_template(self.text).text(values, escape_for(headers["Content-Type"])).encode()
        return FilledRequest(
            method=self.method,
            target=parse_template(self.target).text(values, lambda value: quote(value, safe="")),
            headers=headers,
            body=body,
        )


def escape_for(content_type: str) -> Callable[[str], str]:
    """Return what makes a value plain text in a body of a type."""
    kind = content_type.partition(";")[0].strip().lower()
    if any(kind.endswith(markup) for markup in _MARKUP):
        return lambda value: escape(_printable(value))
    if kind.endswith(_FORM):
        return quote_plus
    if kind.endswith("json"):
        return lambda value: msgspec.json.encode(value).decode()[1:-1]
    return _printable


def found_in(expression: str | None, document: object) -> str | int:
    """Return the text or whole number that an expression finds, "" for nothing or anything else."""
    if expression is None:
        return ""
    try:
        found = jmespath.search(expression, document)
    except (JMESPathError, ArithmeticError, ValueError):
        return ""
    return found if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _in_a_header(value: str) -> str:
    return "".join(letter if letter.isprintable() and letter.isascii() else "?" for letter in value)


def _printable(value: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
