"""MQTT topics with a place for the terminal's id, as the configuration writes them."""

import re

ID = "{id}"
LONGEST = 65535
"""Bytes of a topic in UTF-8 (MQTT 3.1.1 section 1.5.3)."""

_LEVEL = {ID: "([^/]+)", "+": "[^/]*"}


class BadTopic(ValueError):
    """The text is no topic filter; `str()` says why."""


class TopicPattern:
    """A topic filter (MQTT 3.1.1 section 4.7) in which one level may be `{id}`: `pos/{id}/state`.

    `filter` is what a broker is asked for. `has_id` tells whether a topic says which terminal it is about.
    """

    __slots__ = ("_match", "filter", "has_id", "text")

    def __init__(self, text: str) -> None:
        levels = text.split("/")
        if fault := _fault(text, levels):
            raise BadTopic(fault)
        self.text = text
        self.has_id = ID in levels
        self.filter = "/".join("+" if level == ID else level for level in levels)
        self._match = re.compile(_regex(levels)).fullmatch

    def matches(self, topic: str) -> bool:
        """Tell whether a message's topic is one of these."""
        return self._match(topic) is not None

    def terminal_of(self, topic: str) -> str | None:
        """Return the id in a topic, None where it has none or is none of these."""
        found = self._match(topic) if self.has_id else None
        return found[1] if found else None


def _fault(text: str, levels: list[str]) -> str:
    if not text or len(text.encode()) > LONGEST:
        return f"a topic has 1 to {LONGEST} bytes"
    if levels.count(ID) > 1:
        return f"{ID} stands there more than once"
    if "#" in levels[:-1]:
        return "# may stand only at the end"
    for level in levels:
        if level not in (ID, "+", "#") and re.search(r"[+#{}]", level):
            return f"{ID}, + and # each fill a whole level between two slashes"
    return ""


def _regex(levels: list[str]) -> str:
    # Topics of the broker's own, which begin with $, are in no filter that begins with a wildcard.
    guard = r"(?!\$)" if levels[0] in (ID, "+", "#") else ""
    if levels[-1] != "#":
        return guard + "/".join(_LEVEL.get(level, re.escape(level)) for level in levels)
    before = "/".join(_LEVEL.get(level, re.escape(level)) for level in levels[:-1])
    return guard + (f"{before}(?:/.*)?" if before else ".*")
