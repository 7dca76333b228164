from msgspec.structs import replace

from monitor.domain.fleet.parents import Parents
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.parent_row import ParentRow
from monitor.domain.sources.board import SourceBoard
from tests.fakes import START
from tests.fleets import make_fleet
from tests.lines import FleetOnLines, hung, line


def ids(terminals: object) -> list[str]:
    """Return the ids of watched terminals."""
    assert hasattr(terminals, "__iter__")
    return sorted(
        watched.terminal.terminal_id for watched in terminals if isinstance(watched, WatchedTerminal)
    )


def test_terminals_hang_on_parents_and_on_what_these_hang_on() -> None:
    """A row that names nothing known hangs on nothing."""
    living = FleetOnLines(
        [hung(0, "line-7"), hung(1, "carrier"), hung(2, "gone"), hung(3)],
        [line("line-7", "carrier"), line("carrier")],
    )
    assert ids(living.parents.members(living.parent("carrier"))) == ["10000000", "10000001"]
    assert ids(living.parents.members(living.parent("line-7"))) == ["10000000"]
    assert [*living.parents.around(hung(0, "line-7"))] == ["line-7", "carrier"]
    assert living.parents.of(hung(2, "gone")) == ()


def test_a_terminal_that_leaves_or_gets_another_row_hangs_on_what_that_says() -> None:
    """The members follow."""
    living = FleetOnLines([hung(0, "a"), hung(1, "a")], [line("a"), line("b")])
    now = living.clock.now()
    assert len(ids(living.parents.members(living.parent("a")))) == 2
    living.evaluation.membership.change(replace(hung(0, "a"), parents="b"), now)
    assert ids(living.parents.members(living.parent("b"))) == ["10000000"]
    living.evaluation.membership.remove("10000001", now)
    assert ids(living.parents.members(living.parent("a"))) == []


def test_a_new_configuration_keeps_what_is_known() -> None:
    """Another endpoint is another parent; one that is gone is polled no more."""
    living = FleetOnLines([hung(0, "a")], [line("a"), line("b"), line("c")])
    living.cut("a")
    moved = ParentRow(name="b", endpoint="tcp://elsewhere.test:443")
    change = living.parents.replace([line("a", "b"), moved], {}, living.clock.now())
    assert ids(change.kept) == ["/parent/a"]
    assert ids(change.added) == ["/parent/b"]
    assert ids(change.removed) == ["/parent/b", "/parent/c"]
    assert living.parent("a").is_out
    assert living.parent("b").is_unasked
    assert living.parent("a").above == (living.parent("b"),)
    assert living.parents.get("c") is None
    assert living.parents.polled_as("/parent/b") is living.parent("b")
    assert living.parents.polled_as("10000000") is None


def test_a_source_is_a_parent_where_something_hangs_on_it() -> None:
    """Others are known by name, and not listed."""
    boards = {
        name: SourceBoard(name=name, kind="json", interval_s=60.0, stale_after_s=180.0)
        for name in ("hub", "x")
    }
    living = FleetOnLines([hung(0, "hub")], [line("a")], boards)
    assert [parent.name for parent in living.parents] == ["a", "hub"]
    assert living.parents.get("x") is not None


def test_without_parents_there_is_nothing_to_look_at() -> None:
    """The fleet files no terminal."""
    fleet = make_fleet().fleet
    assert not fleet.parents
    assert not fleet.parents.troubled
    assert Parents().replace([], {}, START) == ([], [], [])
