import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.sources import scalar_value
from monitor.config.yaml_nodes import InvalidYaml, Mapping, Node, Scalar, Sequence, YamlReader


def plain(node: Node | None) -> Any:
    """Return a node as ordinary Python values."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None else scalar_value(node)


ONLY_A_NUMBER_IN_YAML_1_2 = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", re.ASCII)

# YAML 1.1, which the other library writes, takes the three excluded characters for line breaks.
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029")).filter(
        lambda text: not ONLY_A_NUMBER_IN_YAML_1_2.fullmatch(text)
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_é", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_what_a_yaml_library_writes_is_read_the_same(value: Any, in_flow: bool) -> None:
    """Values written by another YAML library come back as they were."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=in_flow)
    assert plain(YamlReader(text).document()) == value


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_is_nodes_or_invalid(text: str) -> None:
    """No text raises anything but InvalidYaml."""
    found: object = None
    try:
        found = YamlReader(text).document()
    except InvalidYaml as error:
        found = error.reason
    assert found is None or isinstance(found, Mapping | Sequence | Scalar | str)


def test_nodes_know_their_lines() -> None:
    """Keys, items and scalars know the line they begin in."""
    document = YamlReader("a: 1\nb:\n  - x\n  - c: |\n      text\n").document()
    assert isinstance(document, Mapping)
    first, second = document.entries
    assert (first.line, second.line) == (1, 2)
    assert isinstance(second.value, Sequence)
    assert [item.line for item in second.value.items] == [3, 4]


SCALARS = [
    ("yes", "yes"),
    ("on", "on"),
    ("010", "010"),
    ("00000001", "00000001"),
    ("0x1f", "0x1f"),
    ("1_000", "1_000"),
    ("12:30:45", "12:30:45"),
    ("2026-11-21", "2026-11-21"),
    ("1e400", float("inf")),
    (".nan", ".nan"),
    ("-7", -7),
    ("+7", 7),
    ("0.5", 0.5),
    ("00.5", "00.5"),
    ("1e3", 1000.0),
    ("True", True),
    ("FALSE", False),
    ("~", None),
    ("Null", None),
    ("'7'", "7"),
    ('"true"', "true"),
    ("9" * 30, "9" * 30),
]


@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_scalar_is_what_it_looks_like(written: str, value: object) -> None:
    """Only what every reader of YAML agrees about is a number, a boolean or nothing."""
    (found,) = plain(YamlReader(f"- {written}\n").document())
    assert found == value
    assert type(found) is type(value)


def test_items_come_one_at_a_time() -> None:
    """A list is read item by item, so that what precedes a fault is already known."""
    items = YamlReader("- 1\n- {a: b}\n- &x 2\n").items()
    assert items is not None
    assert plain(next(items)) == 1
    assert plain(next(items)) == {"a": "b"}
    with pytest.raises(InvalidYaml, match="anchors"):
        next(items)


def test_items_of_something_else_are_none() -> None:
    """A document that is no list has no items; an empty one has none to give."""
    assert YamlReader("a: 1\n").items() is None
    assert list(YamlReader("").items() or ()) == []


def test_second_document_behind_a_list_is_refused() -> None:
    """The end of the list must be the end of the text."""
    items = YamlReader("- 1\n---\n- 2\n").items()
    assert items is not None
    with pytest.raises(InvalidYaml, match="second document"):
        list(items)
