from monitor.domain.inventory.parent_row import Needs, ParentRow
from monitor.domain.sources.board import SourceBoard
from monitor.views.parent_listing import parent_page, parents_down, states_above
from tests.lines import FleetOnLines, hung, line


def stage() -> FleetOnLines:
    """Return a fleet whose line is down, and with it a group and half of the terminals."""
    board = SourceBoard(name="hub", kind="json", interval_s=60.0, stale_after_s=180.0)
    living = FleetOnLines(
        [hung(0, "way"), hung(1, "way"), hung(2, "hub")],
        [
            line("line-7"),
            ParentRow(name="way", parents=("line-7", "line-8"), needs=Needs.ALL),
            line("line-8", "line-7", interval_s=60.0),
        ],
        {"hub": board},
    )
    living.cut("line-7")
    living.lose("10000000")
    return living


def test_every_parent_is_listed_with_what_hangs_on_it() -> None:
    """Whether it is down, how its last poll ended, and since when."""
    living = stage()
    page = parent_page(living.fleet, living.clock.now())
    assert [(one.name, one.state, one.result, one.terminals, one.terminals_down) for one in page.parents] == [
        ("line-7", "down", "timeout", 2, 1),
        ("way", "down", "", 2, 1),
        ("line-8", "down", "ok", 2, 1),
        ("hub", "unknown", "", 1, 0),
    ]
    first, group, *_ = page.parents
    assert (first.endpoint, first.needs, first.parents) == ("line-7.test:443", "", [])
    assert (group.endpoint, group.needs, group.parents) == ("", "all", ["line-7", "line-8"])
    assert first.since is not None


def test_only_what_is_down_of_itself_is_named_on_the_overview() -> None:
    """A line, and not what hangs on it."""
    living = stage()
    assert parents_down(living.fleet) == ["line-7"]
    living.ask("line-7")
    assert parents_down(living.fleet) == []


def test_a_terminal_says_what_it_hangs_on() -> None:
    """Its own parents first."""
    living = stage()
    above = states_above(hung(0, "way"), living.fleet)
    assert [(one.name, one.state) for one in above] == [
        ("way", "down"),
        ("line-7", "down"),
        ("line-8", "down"),
    ]
