"""Inventories in YAML: a list of mappings. Every value is read as text, so 00000001 keeps its zeros."""

from collections.abc import Iterator

from monitor.adapters.inventory_files.rows import Rows, shown_name
from monitor.config.suggestions import did_you_mean
from monitor.config.yaml_nodes import InvalidYaml, Mapping, Node, Scalar, YamlReader
from monitor.domain.inventory.terminal import FIELDS

_NOTHING = frozenset({"", "~", "null"})


def yaml_rows(text: str, rows: Rows) -> None:
    """Pass every mapping of `text` to `rows`, and report the faults of the file there."""
    try:
        items = YamlReader(text).items()
        if items is None:
            rows.blame("must be a list of mappings: '- terminal_id: ...'", line=1)
            return
        for node in items:
            _take(node, rows)
    except InvalidYaml as error:
        rows.blame(error.reason, line=error.line)


def _take(node: Node, rows: Rows) -> None:
    if not isinstance(node, Mapping):
        rows.blame("must be a mapping: 'terminal_id: ...'", line=node.line)
        return
    for entry in node.duplicates:
        rows.blame("stands in this entry twice", line=entry.line, column=shown_name(entry.key))
    known = dict(_known(node, rows))
    cells = [known[name][0] if name in known else "" for name in FIELDS]
    rows.take(cells, node.line, {name: line for name, (_, line) in known.items()})


def _known(node: Mapping, rows: Rows) -> Iterator[tuple[str, tuple[str, int]]]:
    for entry in node.entries:
        if entry.key not in FIELDS:
            reason = f"unknown key{did_you_mean(entry.key, FIELDS)}"
            rows.blame(reason, line=entry.line, column=shown_name(entry.key))
        elif not isinstance(entry.value, Scalar):
            rows.blame("must be text, not a list or mapping", line=entry.line, column=entry.key)
        else:
            yield entry.key, (_text(entry.value), entry.line)


def _text(value: Scalar) -> str:
    if value.is_plain and value.text.lower() in _NOTHING:
        return ""
    return value.text.rstrip("\n")
