"""The published schema and the document's own page say what the code reads."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.heartbeat.fields import FIELD_NAMES
from monitor.views.heartbeat_schema import heartbeat_schema, heartbeat_schema_text
from tests.unit.domain.heartbeat.test_decoding import FULL

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| `([a-z_.]+)` \| ([^|]+) \|[^|]*\|$", re.MULTILINE)


def test_the_committed_schema_is_the_one_that_the_code_has() -> None:
    """`python -m monitor.views.heartbeat_schema > docs/heartbeat.schema.json` brings it up to date."""
    assert (DOCS / "heartbeat.schema.json").read_text(encoding="utf-8") == heartbeat_schema_text()


def test_the_schema_names_every_field_and_wants_only_the_id() -> None:
    """Its document has what `posmon_unreadable_fields_total` may name, and `terminal_id`."""
    definitions = heartbeat_schema()["$defs"]
    document = definitions["HeartbeatDocument"]
    names = {name.partition(".")[0] for name in FIELD_NAMES}
    assert document["properties"].keys() == names | {"terminal_id"}
    assert document["required"] == ["terminal_id"]


@pytest.mark.parametrize("name", ["terminal_id", *FIELD_NAMES])
def test_the_page_has_a_row_for_each_field_that_says_what_it_is(name: str) -> None:
    """The words are those of the refusal, so that a changed range changes the page."""
    rows = dict(ROW.findall((DOCS / "heartbeat.md").read_text(encoding="utf-8")))
    broken: object = "\0"
    for part in reversed(name.split(".")):
        broken = {part: broken}
    assert isinstance(broken, dict)
    if name == "terminal_id":
        assert rows[name].startswith("1 to 64 of")
        return
    (phrase,) = read_heartbeat(json.dumps({"terminal_id": "1"} | broken).encode()).unreadable
    assert phrase == f"{name}: not {rows[name].strip()}"


@given(st.data())
def test_a_document_of_the_schema_s_words_is_read_whole(data: st.DataObject) -> None:
    """Every word that the schema lists is one that posmon reads."""
    definitions = heartbeat_schema()["$defs"]
    words = {name: schema["enum"] for name, schema in definitions.items() if "enum" in schema}
    parts = {"printer": "PrinterStatus", "pin_pad": "PinPadStatus", "display": "ComponentStatus"}
    said = {part: {"status": data.draw(st.sampled_from(words[kind]))} for part, kind in parts.items()}
    document = FULL | said | {"activity": data.draw(st.sampled_from(words["Activity"]))}
    assert read_heartbeat(json.dumps(document).encode()).unreadable == ()
