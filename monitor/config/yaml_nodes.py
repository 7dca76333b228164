"""YAML with line numbers, without the parts of YAML that surprise or harm.

Taken: mappings with plain text keys, lists, scalars. Refused: anchors and aliases (a few lines can
stand for gigabytes), tags, merge keys, duplicate keys, several documents, deep nesting.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 20


class InvalidYaml(Exception):
    """The text cannot be read any further; `line` counts from 1."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


@dataclass(slots=True)
class Scalar:
    """One value as written; `is_plain` when it stands without quotes."""

    text: str
    is_plain: bool
    line: int


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: "list[Node]"
    line: int


@dataclass(slots=True)
class MappingEntry:
    """One key of a mapping and its value."""

    key: str
    value: "Node"
    line: int


@dataclass(slots=True)
class Mapping:
    """A mapping in written order; `duplicates` holds the later entries of keys that came before."""

    entries: list[MappingEntry]
    duplicates: list[MappingEntry]
    line: int


Node = Scalar | Sequence | Mapping


class YamlReader:
    """Reads one document node by node. Every method may raise InvalidYaml."""

    def __init__(self, text: str) -> None:
        self._events = self._parsed(text)

    def document(self) -> Node | None:
        """Return the only document, None when the text holds none."""
        node = self._node(next(self._events), 0) if self._opened() else None
        self._closed()
        return node

    def items(self) -> "Iterator[Node] | None":
        """Yield the items of a document that is a list, one at a time; None when it is something else.

        An empty text counts as an empty list.
        """
        if not self._opened():
            return iter(())
        event = next(self._events)
        return self._items(0) if isinstance(event, yaml.SequenceStartEvent) else None

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            yield self._node(event, depth + 1)
        self._closed()

    def _opened(self) -> bool:
        next(self._events)
        return isinstance(next(self._events), yaml.DocumentStartEvent)

    def _closed(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise InvalidYaml("a second document begins here; one file holds one", _line(event))

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        _refuse_surprises(event, line, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.style is None or event.style == "", line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            for inner in self._events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                items.append(self._node(inner, depth + 1))
            return Sequence(items, line)
        return self._mapping(line, depth)

    def _mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, MappingEntry] = {}
        duplicates = []
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise InvalidYaml("a key must be a word", key.line)
            if key.text == "<<" and key.is_plain:
                raise InvalidYaml("merge keys (<<) are not taken; write the keys out", key.line)
            entry = MappingEntry(key.text, self._node(next(self._events), depth + 1), key.line)
            if key.text in entries:
                duplicates.append(entry)
            else:
                entries[key.text] = entry
        return Mapping(list(entries.values()), duplicates, line)

    def _parsed(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise InvalidYaml(_words(error, text), mark.line + 1 if mark else None) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise InvalidYaml(f"character U+{_code_of(error):04X} is not allowed in YAML", line) from error


def _refuse_surprises(event: yaml.Event, line: int, depth: int) -> None:
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        raise InvalidYaml("anchors and aliases (& and *) are not taken; quote the text or write it out", line)
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag not in (None, "!"):
        raise InvalidYaml("tags (!) are not taken; quote the text", line)
    if depth > MAX_DEPTH:
        raise InvalidYaml("nested too deeply", line)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _code_of(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


def _words(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or "cannot be read"
    if "tab character" in problem or _is_tab(text, error.problem_mark):
        return "YAML is indented with spaces, here is a tab"
    if problem == "mapping values are not allowed in this context":
        return _one_too_many(text, error.problem_mark)
    if problem.startswith("did not find expected ','") and error.context_mark:
        return f"a comma is missing, or the bracket of line {error.context_mark.line + 1} is not closed"
    if error.context == "while scanning a quoted scalar" and error.context_mark:
        return f"the quotation mark of line {error.context_mark.line + 1} is not closed"
    plain = f"not YAML: {problem}{f' ({error.context})' if error.context else ''}"
    return _PLAINLY.get(problem, plain)


_PLAINLY = {
    "found character that cannot start any token": "a value cannot begin with this character; quote it",
    "did not find expected key": "indented otherwise than the keys around it, or no key",
    "could not find expected ':'": "a ':' is missing, here or in the line before",
}


def _one_too_many(text: str, mark: yaml.Mark | None) -> str:
    """Return the fault of a ':' where no key can be."""
    # To YAML a carriage return ends a line as well, so its lines may be more than those of the text.
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if mark and ": " not in line[: mark.column]:
        return "indented further than the key before it, or that one lacks its ':'"
    return "a second ': ' on one line; quote the value"


def _is_tab(text: str, mark: yaml.Mark | None) -> bool:
    lines = text.split("\n")
    return mark is not None and mark.line < len(lines) and lines[mark.line][mark.column :][:1] == "\t"
