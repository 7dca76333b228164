"""Reading a YAML document key by key, so that every fault can be reported with its line."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from monitor.config.suggestions import did_you_mean
from monitor.config.yaml_nodes import Mapping, MappingEntry, Node, Scalar, Sequence
from monitor.domain.errors import Fault

T = TypeVar("T")
D = TypeVar("D")


class ScenarioSection:
    """One mapping of a YAML document; every fault found goes to `faults`.

    Keys become known by being asked for; `refuse_unknown` reports those that never were.
    `place` is the dotted key of the mapping, "" for the document itself. Readers take the text of a
    value as written and raise ValueError with the reason.
    """

    def __init__(self, node: Node | None, *, source: str, place: str, faults: list[Fault]) -> None:
        self.line = node.line if node else 1
        self._source = source
        self.place = place
        self._faults = faults
        self._asked: dict[str, None] = {}
        self._entries: dict[str, MappingEntry] = {}
        if isinstance(node, Mapping):
            self._entries = {entry.key: entry for entry in node.entries}
            for entry in node.duplicates:
                self._blame(entry.line, entry.key, "occurs twice")
        elif node is not None:
            self._blame(node.line, "", "must be a mapping of keys to values")

    def has(self, key: str) -> bool:
        """Tell whether `key` is there."""
        self._asked[key] = None
        return key in self._entries

    def required(self, key: str, read: Callable[[str], T]) -> T | None:
        """Return the value of `key`; absent or wrong, report it and return None."""
        if not self.has(key):
            self.blame("", f"{key!r} is missing")
        return self.optional(key, read, None)

    def optional(self, key: str, read: Callable[[str], T], default: D) -> T | D:
        """Return the value of `key`, or `default`; when it is wrong, report it too."""
        if not self.has(key):
            return default
        return self._read(key, self._entries[key].value, read, default)

    def several(self, key: str, read: Callable[[str], T], default: D) -> tuple[T, ...] | D:
        """Return the values listed under `key`, at least one, or `default`."""
        nodes = self._listed(key)
        if nodes is None:
            return default
        if not nodes:
            self.blame(key, "must list something")
        read_ones = [self._read(f"{key}[{number}]", node, read, None) for number, node in enumerate(nodes)]
        return tuple(one for one in read_ones if one is not None)

    def sections(self, key: str) -> "Iterator[ScenarioSection]":
        """Yield the mappings listed under `key`, if there are any."""
        for number, node in enumerate(self._listed(key) or ()):
            section = ScenarioSection(
                node, source=self._source, place=self._dotted(f"{key}[{number}]"), faults=self._faults
            )
            if isinstance(node, Mapping):
                yield section

    def refuse_unknown(self) -> None:
        """Report the unknown keys."""
        for key, entry in self._entries.items():
            if key not in self._asked:
                self._blame(entry.line, key, f"unknown key{did_you_mean(key, self._asked)}")

    def blame(self, key: str, reason: str) -> None:
        """Report a fault of `key`, or of the whole mapping when it is ""."""
        entry = self._entries.get(key)
        self._blame(entry.line if entry else self.line, key, reason)

    def _listed(self, key: str) -> list[Node] | None:
        if not self.has(key):
            return None
        node = self._entries[key].value
        if isinstance(node, Sequence):
            return node.items
        self._blame(node.line, key, "must be a list")
        return None

    def _read(self, key: str, node: Node, read: Callable[[str], T], default: D) -> T | D:
        if not isinstance(node, Scalar):
            self._blame(node.line, key, "must be a single value")
            return default
        try:
            return read(node.text)
        except ValueError as error:
            self._blame(node.line, key, str(error))
            return default

    def _blame(self, line: int, key: str, reason: str) -> None:
        field = self._dotted(key) or None
        self._faults.append(Fault(source=self._source, line=line, field=field, reason=reason))

    def _dotted(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)
