"""The beginning of a JSON object whose end is missing."""

import codecs
import json
import re
from typing import Any, NamedTuple

from monitor.domain.strict_json import UNCLEAR, BadJson, is_same, lenient_decoder

_AFTER_A_MEMBER = frozenset({",", "}", ""})
_AFTER_AN_ITEM = frozenset({",", "]", ""})
_BLANKS = re.compile(r"[ \t\r\n]*")


class Beginning(NamedTuple):
    """Members that were whole before the cut, and the name of the one that the cut fell into, "" if in none.

    Of a list that was cut, what was whole of it stands among the members.
    """

    members: dict[str, Any]
    cut: str


def read_beginning(body: bytes) -> Beginning:
    """Return what a JSON object says whose text was cut off at the end of `body`, or raise BadJson.

    Values are as `decode_leniently` has them. What is no JSON ends the reading as a cut would.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(body)
        return _Reader(text).read()
    except RecursionError:
        raise BadJson("nested too deeply") from None
    except UnicodeDecodeError:
        raise BadJson("not JSON in UTF-8") from None


class _Cut(Exception):
    """The text ends, or is no JSON, from here on."""


class _Reader:
    """Reads one text from its beginning; `_at` is where it has got to."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._decoder: json.JSONDecoder = lenient_decoder()

    def read(self) -> Beginning:
        """Return the members of the object that the text begins with."""
        if self._next() != "{":
            raise BadJson("not an object")
        members: dict[str, Any] = {}
        cut, separator = "", ","
        try:
            while separator == ",":
                cut = ""
                cut = self._name()
                value, is_whole = self._list() if self._peek() == "[" else (self._value(), True)
                separator = self._separator(_AFTER_A_MEMBER) if is_whole else ""
                members[cut] = value if is_same(members.get(cut, value), value) else UNCLEAR
                if not is_whole:
                    return Beginning(members, cut)
        except _Cut:
            return Beginning(members, cut)
        return Beginning(members, "")

    def _name(self) -> str:
        name = self._value()
        if type(name) is not str or self._next() != ":":
            raise _Cut
        return name

    def _list(self) -> tuple[list[Any], bool]:
        """Return a list's items, and whether those are all."""
        items: list[Any] = []
        self._next()
        separator = ","
        try:
            if self._peek() == "]":
                separator = self._next()
            while separator == ",":
                item = self._value()
                separator = self._separator(_AFTER_AN_ITEM)
                items.append(item)
        except _Cut:
            return items, False
        return items, separator == "]"

    def _value(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        self._peek()
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except ValueError:
            raise _Cut from None
        if self._at == len(self._text):
            raise _Cut  # a number may go on behind the cut
        return value

    def _separator(self, known: frozenset[str]) -> str:
        """Return what stands behind a value; something else shows half a number, as `12.` of 12.5."""
        separator = self._next()
        if separator not in known:
            raise _Cut
        return separator

    def _peek(self) -> str:
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        sign = self._peek()
        self._at += 1
        return sign
