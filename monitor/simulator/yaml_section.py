"""Reading YAML key by key, so that every fault can be reported with its line."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import yaml

from monitor.domain.errors import Fault
from monitor.simulator.parameters import did_you_mean

T = TypeVar("T")
D = TypeVar("D")

_construct = yaml.constructor.SafeConstructor().construct_object


class Section:
    """One mapping of a YAML document; every fault found goes to `faults`.

    Keys become known by being asked for; `refuse_unknown` reports those that never were.
    `place` is the dotted key of the mapping, "" for the document itself.
    """

    def __init__(self, node: yaml.Node | None, *, source: str, place: str, faults: list[Fault]) -> None:
        self.source = source
        self.place = place
        self.line = _line(node)
        self._faults = faults
        self._asked: set[str] = set()
        self._values: dict[str, yaml.Node] = {}
        self._keys: dict[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            self._take_keys(node)
        elif node is not None:
            self._blame(node, "", "must be a mapping of keys to values")

    def _take_keys(self, node: yaml.MappingNode) -> None:
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in self._keys:
                self._blame(key_node, key, "occurs twice")
            self._keys[key], self._values[key] = key_node, value_node

    def has(self, key: str) -> bool:
        """Tell whether `key` is there."""
        self._asked.add(key)
        return key in self._values

    def required(self, key: str, read: Callable[[object], T]) -> T | None:
        """Return the value of `key` as read; absent or wrong, report it and return None."""
        if not self.has(key):
            self.blame("", f"{key!r} is missing")
            return None
        return self.optional(key, read, None)

    def optional(self, key: str, read: Callable[[object], T], default: D) -> T | D:
        """Return the value of `key` as read, or `default`; when it is wrong, report it too.

        `read` raises ValueError with the reason.
        """
        if not self.has(key):
            return default
        node = self._values[key]
        try:
            return read(_construct(node, deep=True))
        except (ValueError, yaml.YAMLError) as error:
            reason = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
            self._blame(node, key, reason or "cannot be read")
            return default

    def sections(self, key: str) -> "Iterator[Section]":
        """Yield the mappings listed under `key`, if there are any."""
        node = self._values[key] if self.has(key) else None
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self._blame(node, key, "must be a list")
            return
        for number, entry in enumerate(node.value):
            place = f"{self._dotted(key)}[{number}]"
            yield Section(entry, source=self.source, place=place, faults=self._faults)

    def refuse_unknown(self) -> None:
        """Report the keys that nobody asked for."""
        for key, node in self._keys.items():
            if key not in self._asked:
                self._blame(node, key, f"unknown key{did_you_mean(key, self._asked)}")

    def blame(self, key: str, reason: str) -> None:
        """Report a fault of `key`, or of the whole mapping when it is ""."""
        line = _line(self._keys.get(key)) or self.line
        self._faults.append(
            Fault(source=self.source, line=line, field=self._dotted(key) or None, reason=reason)
        )

    def _blame(self, node: yaml.Node, key: str, reason: str) -> None:
        field = self._dotted(key) or None
        self._faults.append(Fault(source=self.source, line=_line(node), field=field, reason=reason))

    def _dotted(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)


def _line(node: yaml.Node | None) -> int | None:
    return None if node is None or node.start_mark is None else node.start_mark.line + 1
