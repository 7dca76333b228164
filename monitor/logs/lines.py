"""One event as one line: JSON for machines, or words for people.

Whatever a terminal or a library put into an event, it can neither begin a line of its own nor send
control sequences to the screen of whoever reads the log.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping, MutableMapping
from typing import Any

LogEvent = MutableMapping[str, Any]

LONGEST_TEXT = 8_000
"""Characters of one value."""
LONGEST_LINE = 40_000
"""Bytes of a line; journals cut or split lines somewhere above 48 KiB."""

_FIRST = ("timestamp", "level", "event")
_DEEPEST = 4
_MOST_ITEMS = 20
_WIDEST_BITS = 128
_TIME_OF_DAY = slice(11, 23)
_BARE = re.compile(r"[^\s\"=\\]+")
"""Text that needs no quotes beside other fields."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_RESET, _BOLD, _DIM, _KEY = "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[36m"
_LEVELS = {
    "debug": "\x1b[34m",
    "info": "\x1b[32m",
    "warning": "\x1b[33m",
    "error": "\x1b[31m",
    "critical": "\x1b[35m",
}


def json_line(_logger: object, _method: str, event: LogEvent) -> str:
    """Return an event as one JSON object of printable characters; never raises, whatever the event holds."""
    ordered = {key: event[key] for key in _FIRST if key in event} | dict(event)
    for longest in (LONGEST_TEXT, LONGEST_TEXT // 100):
        line = _dumped(_plain(ordered, _DEEPEST, longest))
        if len(line.encode()) <= LONGEST_LINE:
            return line
    return _dumped(_plain({key: ordered.get(key) for key in _FIRST} | {"cut": True}, 1, 100))


def ascii_json(text: str) -> str:
    """Return text with every character beyond ASCII as JSON escapes it."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _dumped(value: object) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if line.isprintable():
        return line
    # Where a screen or a reader of lines might see an end of line or a command, it sees an escape.
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in line)


def _plain(value: object, depth: int, longest: int) -> object:
    """Return `value` in JSON's types; what JSON cannot say becomes text, what is too much is cut."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _cut(str(value), longest)
    if isinstance(value, int | float):
        return _number(value)
    if depth and isinstance(value, Mapping):
        pairs = list(value.items())[:_MOST_ITEMS]
        return {_cut(_described(key), longest): _plain(item, depth - 1, longest) for key, item in pairs}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, depth - 1, longest) for item in list(value)[:_MOST_ITEMS]]
    return _cut(_described(value), longest)


def _number(value: float) -> int | float | str:
    if isinstance(value, int):
        return int(value) if value.bit_length() <= _WIDEST_BITS else f"a number of {value.bit_length()} bits"
    return value if math.isfinite(value) else str(value)


def _described(value: object) -> str:
    try:
        return repr(value) if isinstance(value, BaseException | bytes) else str(value)
    except Exception as error:  # noqa: BLE001 - an event must be logged even if a value in it is broken
        return f"<{type(value).__name__}: {type(error).__name__}>"


def _cut(text: str, longest: int) -> str:
    # A lone surrogate, escaped, is JSON by its grammar, but strict readers drop the whole line.
    sound = text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(sound) <= longest:
        return sound
    # What a traceback comes to stands at its end.
    half = longest // 2
    return f"{sound[:half]} ... ({len(sound)} characters) ... {sound[-half:]}"


class ConsoleLines:
    """Renders events for people: time of day, level, event, then what it holds."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def __call__(self, _logger: object, _method: str, event: LogEvent) -> str:
        """Return an event as one line, and the indented lines of a traceback below it."""
        rest = dict(event)
        time_of_day = str(rest.pop("timestamp", ""))[_TIME_OF_DAY]
        level = str(rest.pop("level", ""))
        name = printable(_described(rest.pop("event", "")))
        traceback = str(rest.pop("exception", ""))
        words = [
            self._painted(_DIM, time_of_day),
            self._painted(_LEVELS.get(level, ""), f"{level:<8}"),
            self._painted(_BOLD, name),
            *(f"{self._painted(_KEY, printable(key))}={_shown(value)}" for key, value in rest.items()),
        ]
        # Indented, or a line break in an exception's message could pass for an event.
        below = (f"\n    {printable(line)}" for line in traceback.splitlines())
        return " ".join(words) + "".join(below)

    def _painted(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colours and colour else text


def _shown(value: object) -> str:
    plain = _plain(value, _DEEPEST, LONGEST_TEXT)
    if isinstance(plain, str) and _BARE.fullmatch(plain) and plain.isprintable():
        return plain
    return printable(json.dumps(plain, ensure_ascii=False))


def printable(text: str) -> str:
    r"""Return `text` with everything that a screen would not show as a character escaped (`\x1b`)."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")
