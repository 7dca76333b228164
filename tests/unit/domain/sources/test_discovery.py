from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.terminal import TERMINAL_ID, Terminal
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.discovery import (
    KEPT_UNLISTED_S,
    SAVED_AT_ONCE,
    DiscoveredTerminal,
    Discoveries,
    discovers,
    id_of,
)
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from tests.fakes import START

NOBODY = Inventory()


def report(terminal: str, site: str = "", model: str | None = None) -> TerminalReport:
    """Return what a source says of a terminal."""
    return TerminalReport(terminal, Reading(terminal_id="", model=model), site=site)


def board(*listed: str, discovers: bool = True) -> SourceBoard:
    """Return the board of the source `tills` with its list."""
    made = SourceBoard(name="tills", kind="square", interval_s=60.0, stale_after_s=180.0, discovers=discovers)
    made.begin_round(START)
    made.file([report(name) for name in listed], START)
    made.end_round(RoundResult(GOOD), START)
    return made


def found(*listed: str) -> Discoveries:
    """Return what was discovered from a list of the source `tills`, all of it saved."""
    discovered = Discoveries()
    for name in listed:
        discovered.see("tills", report(name), NOBODY)
    discovered.drain_unsaved()
    return discovered


def test_a_listed_terminal_gets_a_row_with_the_source_s_words() -> None:
    """Id, endpoint, site, serial number, vendor and model; it is in service."""
    reading = Reading(terminal_id="", serial_number="S1", vendor="V", model="M")
    row = Discoveries().see("tills", TerminalReport("T1", reading, site="harbour"), NOBODY)
    assert row == Terminal(
        terminal_id="T1", endpoint="tills:T1", site="harbour", serial_number="S1", vendor="V", model="M"
    )


def test_what_is_known_already_is_no_news() -> None:
    """Another word is, and what the source leaves out stays."""
    discovered = Discoveries()
    discovered.see("tills", report("T1", "harbour", model="M"), NOBODY)
    assert discovered.see("tills", report("T1", "harbour", model="M"), NOBODY) is None
    assert discovered.see("tills", report("T1"), NOBODY) is None
    moved = discovered.see("tills", report("T1", "market"), NOBODY)
    assert moved is not None
    assert (moved.site, moved.model) == ("market", "M")


def test_an_id_that_is_taken_or_cannot_be_one_is_replaced() -> None:
    """By the source's name with the id, or with a part of its digest."""
    inventory = Inventory([Terminal(terminal_id="T1", endpoint="http://192.0.2.1/")])
    discovered = Discoveries()
    odd = "till 7 / upstairs"
    rows = [discovered.see("tills", report(name), inventory) for name in ("T1", "T2", odd, "t" * 100)]
    digests = [f"tills:{sha256(name.encode()).hexdigest()[:20]}" for name in (odd, "t" * 100)]
    assert [row and row.terminal_id for row in rows] == ["tills:T1", "T2", *digests]
    other = discovered.see("readers", report("T2"), inventory)
    assert other is not None
    assert other.terminal_id == "readers:T2"


def test_without_any_free_id_there_is_none() -> None:
    """Which takes somebody who wants it so."""
    taken = {"a", "s:a", f"s:{sha256(b'a').hexdigest()[:20]}"}
    assert id_of("s", "a", taken=[taken]) is None


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(min_size=1, max_size=70)), unique=True))
def test_ids_are_valid_and_never_the_same(listed: list[tuple[str, str]]) -> None:
    """Whatever several sources list."""
    printable = [(source, name) for source, name in listed if name.isprintable()]
    discovered = Discoveries()
    rows = [discovered.see(source, report(name), NOBODY) for source, name in printable]
    ids = [row.terminal_id for row in rows if row is not None]
    assert len(set(ids)) == len(printable) == len(discovered)
    assert all(TERMINAL_ID.fullmatch(terminal_id) for terminal_id in ids)


def test_a_source_gone_mad_is_bounded() -> None:
    """What is known goes on; room that becomes free is used."""
    discovered = Discoveries(most=2)
    rows = [discovered.see("tills", report(name), NOBODY) for name in "abc"]
    assert rows[2] is None
    states = [discovered.is_full]
    assert discovered.see("tills", report("a", "moved"), NOBODY) is not None
    discovered.give_way(Inventory([Terminal(terminal_id="a")]), {"tills": board()})
    states.append(discovered.is_full)
    assert states == [True, False]
    assert discovered.see("tills", report("c"), NOBODY) is not None


def test_a_terminal_that_is_listed_no_more_is_kept_for_a_week() -> None:
    """Counted from when the list first lacked it; one that comes back begins anew."""
    discovered = found("T1", "T2")
    after = board("T2")
    assert discovered.miss(after, START) == []
    assert discovered.miss(after, START.ago(-KEPT_UNLISTED_S)) == []
    discovered.see("tills", report("T1"), NOBODY)
    late = START.ago(-KEPT_UNLISTED_S - 1)
    assert discovered.miss(after, late) == []
    gone = discovered.miss(after, late.ago(-KEPT_UNLISTED_S - 1))
    assert [row.terminal_id for row in gone] == ["T1"]
    assert [row.terminal_id for row in discovered] == ["T2"]


def test_a_source_without_a_list_makes_nobody_missing() -> None:
    """After a start nothing was listed yet; another source's list says nothing."""
    discovered = found("T1")
    fresh = SourceBoard(name="tills", kind="square", interval_s=60.0, stale_after_s=180.0, discovers=True)
    other = board()
    other.name = "till"
    for now in (START, START.ago(-2 * KEPT_UNLISTED_S)):
        assert discovered.miss(fresh, now) == discovered.miss(other, now) == []
    assert not discovered.drain_unsaved()


@pytest.mark.parametrize(
    "row", [Terminal(terminal_id="10000001", endpoint="tills:T1"), Terminal(terminal_id="T1")]
)
def test_the_inventory_goes_before(row: Terminal) -> None:
    """What it names by endpoint or by id is discovered no more."""
    discovered = found("T1", "T2")
    gone = discovered.give_way(Inventory([row]), {"tills": board()})
    assert [one.terminal_id for one in gone] == ["T1"]
    assert "T1" not in discovered


@pytest.mark.parametrize("sources", [{}, {"tills": board(discovers=False)}])
def test_a_source_that_discovers_no_more_takes_its_terminals_along(sources: dict[str, SourceBoard]) -> None:
    """One that is gone, and one that was told not to."""
    assert not discovers(sources, "tills")
    assert len(found("T1").give_way(NOBODY, sources)) == 1


def test_changes_are_saved_once_and_in_portions() -> None:
    """What was dropped is None."""
    discovered = Discoveries()
    for number in range(SAVED_AT_ONCE + 1):
        discovered.see("tills", report(f"T{number}"), NOBODY)
    assert (len(discovered.drain_unsaved()), len(discovered.drain_unsaved())) == (SAVED_AT_ONCE, 1)
    discovered.give_way(Inventory([Terminal(terminal_id="T7")]), {"tills": board()})
    assert discovered.drain_unsaved() == {"T7": None}
    assert discovered.drain_unsaved() == {}


def test_an_earlier_run_s_terminals_are_there_before_the_first_list() -> None:
    """With the id that they had."""
    discovered = Discoveries()
    row = Terminal(terminal_id="tills:T1", endpoint="tills:T1", site="harbour")
    discovered.restore([DiscoveredTerminal(terminal=row)])
    assert [*discovered] == [row]
    assert discovered.see("tills", report("T1"), NOBODY) is None


def test_a_discovered_terminal_has_its_source_s_dialect() -> None:
    """A new one comes into force with the next list."""
    discovered = Discoveries()
    first = discovered.see("tills", report("T1"), NOBODY, dialect="visa")
    assert first is not None
    assert first.dialect == "visa"
    assert discovered.see("tills", report("T1"), NOBODY, dialect="visa") is None
    second = discovered.see("tills", report("T1"), NOBODY, dialect="gicc")
    assert second is not None
    assert second.dialect == "gicc"
