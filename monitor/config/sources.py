"""From YAML to settings that are not yet checked, keeping where each stands."""

import re
from dataclasses import replace
from pathlib import Path

from monitor.config.layer import Layer, Origin, fault_at
from monitor.config.section import Place
from monitor.config.text_file import Unreadable, read_text
from monitor.config.yaml_nodes import InvalidYaml, Mapping, Node, Scalar, Sequence, YamlReader
from monitor.domain.errors import Fault

LARGEST_FILE = 2**20

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})", re.ASCII)
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}(\.[0-9]{0,17})?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    spelling: value
    for word, value in (("true", True), ("false", False))
    for spelling in (word, word.capitalize(), word.upper())
}


def file_layer(path: Path) -> Layer:
    """Return the layer of the configuration file; values that cannot be read are among its faults."""
    layer = Layer()
    source = str(path)
    layer.origins[()] = Origin(source=source)
    try:
        text = read_text(path, max_bytes=LARGEST_FILE)
        document = YamlReader(text).document()
    except (Unreadable, InvalidYaml) as error:
        layer.faults.append(Fault(source=source, line=error.line, reason=error.reason))
        return layer
    if isinstance(document, Mapping):
        layer.values.update(_Builder(layer, layer.origins[()]).mapping(document, ()))
    elif not (document is None or _is_null(document)):
        layer.blame((), "must be keys and values, as in 'polling:'")
    return layer


def written_value(text: str, place: Place, layer: Layer) -> object:
    """Return the YAML value of a variable's `text`, its keys noted in `layer`; raises InvalidYaml."""
    document = YamlReader(text).document()
    return None if document is None else _Builder(layer, layer.origins[place]).value(document, place)


def scalar_value(scalar: Scalar) -> object:
    """Return text, number, boolean or None as YAML 1.2's core schema has it.

    `yes`, `on` and `010` are text: what other readers of YAML make of them differs.
    """
    text = scalar.text
    if not scalar.is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not _has_leading_zero(text):
        return float(text)
    return text


def _has_leading_zero(text: str) -> bool:
    digits = text.lstrip("+-")
    return digits.startswith("0") and digits[1:2].isdigit()


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and scalar_value(node) is None


class _Builder:
    """Turns nodes into values, noting each place in `layer`; a variable's lines are not told."""

    def __init__(self, layer: Layer, origin: Origin) -> None:
        self._layer = layer
        self._origin = origin

    def value(self, node: Node, place: Place) -> object:
        if isinstance(node, Scalar):
            return scalar_value(node)
        return self.mapping(node, place) if isinstance(node, Mapping) else self._list(node, place)

    def _list(self, node: Sequence, place: Place) -> list[object]:
        values = []
        for number, item in enumerate(node.items):
            self._note((*place, number), item.line)
            values.append(self.value(item, (*place, number)))
        return values

    def mapping(self, node: Mapping, place: Place) -> dict[str, object]:
        values = {}
        for entry in node.entries:
            self._note((*place, entry.key), entry.line)
            values[entry.key] = self.value(entry.value, (*place, entry.key))
        for entry in node.duplicates:
            first = self._layer.origins[*place, entry.key].line
            told = f"stands here again; it came first in line {first}" if first else "stands here twice"
            fault = fault_at((*place, entry.key), told, self._layer.origins)
            self._layer.faults.append(replace(fault, line=entry.line if first else None))
        return values

    def _note(self, place: Place, line: int) -> None:
        self._layer.origins[place] = (
            self._origin if self._origin.variable else replace(self._origin, line=line)
        )
