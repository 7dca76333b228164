from io import StringIO
from typing import Any

from rich.console import Console

from monitor.cli.sources.table import sources_table
from monitor.views.documents import SourceDocument, SourcePage

NOW = "2026-11-30T16:00:00Z"


def source(**facts: Any) -> SourceDocument:
    """Return a source that answers."""
    known: dict[str, Any] = {
        "name": "acquirer",
        "kind": "json",
        "state": "up",
        "result": "ok",
        "detail": "",
        "terminals": 250,
        "interval_seconds": 60.0,
        "last_success_at": "2026-11-30T15:59:30Z",
    }
    return SourceDocument(**known | facts)


def table_of(*sources: SourceDocument) -> str:
    """Return what a terminal of 80 columns shows."""
    console = Console(file=StringIO(), width=80, color_system=None)
    with console.capture() as capture:
        console.print(sources_table(SourcePage(sources=[*sources], now=NOW)))
    return capture.get()


def test_a_source_that_answers() -> None:
    """Its row has the number of terminals and the age of the answer."""
    assert table_of(source()).split() == [
        *("SOURCE", "KIND", "STATE", "TERMINALS", "ANSWERED", "DETAIL"),
        *("acquirer", "json", "up", "250", "30s"),
    ]


def test_a_source_that_was_never_asked() -> None:
    """Nothing is claimed of it."""
    text = table_of(source(state="unknown", result="", terminals=0, last_success_at=None))
    assert text.split()[-4:] == ["json", "unknown", "0", "-"]


def test_what_is_wrong_stands_behind() -> None:
    """The reason, and the fields that could not be read; no control character gets through."""
    text = table_of(source(state="down", detail="status 401\x1b[31m", unreadable_fields=["battery.percent"]))
    assert "unreadable: battery.percent" in " ".join(text.split())
    assert "\x1b[31m" not in text


def test_what_list_and_inventory_do_not_share_is_told() -> None:
    """With three ids to begin with."""
    ids = ["a\x1b[31m", "b", "c", "d"]
    beyond = source(not_in_inventory=4, not_in_inventory_ids=ids, not_listed=2, not_listed_ids=["x", "y"])
    text = " ".join(table_of(beyond).split())
    assert "4 not in the inventory: a" in text
    assert "b, c, ..." in text
    assert "2 of the inventory not listed: x, y" in text
    assert "\x1b[31m" not in text


def test_without_sources_it_says_how_to_have_one() -> None:
    """An empty table would look broken."""
    assert "the section `sources`" in " ".join(table_of().split())
