from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.listening_board import ListeningBoard
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from monitor.views.documents import SourceDocument
from monitor.views.source_listing import IDS_SHOWN, source_page

NOW = Instant(1000.0, 1_900_000_000.0)


def filled(board: SourceBoard, *terminals: str, is_complete: bool = True) -> SourceBoard:
    """Return the board after a round that named `terminals`."""
    board.begin_round(NOW)
    board.file([TerminalReport(name, Reading(terminal_id="")) for name in terminals], NOW)
    board.end_round(RoundResult(GOOD, is_complete=is_complete), NOW)
    return board


def cloud(*terminals: str, is_complete: bool = True) -> SourceBoard:
    """Return the board of a source that gives lists."""
    board = SourceBoard(name="tills", kind="square", interval_s=60.0, stale_after_s=180.0)
    return filled(board, *terminals, is_complete=is_complete)


def shown(board: SourceBoard, *endpoints: str) -> SourceDocument:
    """Return what is shown of one source beside an inventory."""
    return source_page({board.name: board}, endpoints, NOW).sources[0]


def test_list_and_inventory_are_compared_by_the_source_s_own_ids() -> None:
    """Rows of other sources and schemes are no concern of this one."""
    document = shown(
        cloud("a", "b", "c"), "tills:b", "tills:gone", "readers:c", "http://192.0.2.1/", "push:", ""
    )
    assert (document.not_in_inventory, document.not_in_inventory_ids, document.not_listed) == (
        2,
        ["a", "c"],
        1,
    )


def test_an_id_may_hold_a_colon() -> None:
    """Only the first one ends the source's name."""
    document = shown(cloud("device:7"), "tills:device:7")
    assert (document.not_in_inventory, document.not_listed) == (0, 0)


def test_half_a_list_makes_nobody_missing() -> None:
    """Until the whole list was read, and for a broker that has none."""
    assert shown(cloud("a", is_complete=False), "tills:a", "tills:b").not_listed == 0
    broker = ListeningBoard(name="broker", kind="mqtt", interval_s=60.0, stale_after_s=180.0)
    document = shown(filled(broker, "a", "x", is_complete=False), "broker:a", "broker:b")
    assert (document.not_in_inventory_ids, document.not_listed) == (["x"], 0)


def test_of_many_only_some_ids_are_shown() -> None:
    """The number says how many there are."""
    document = shown(cloud(*(f"t{number:03}" for number in range(500))))
    assert document.not_in_inventory == 500
    assert document.not_in_inventory_ids == [f"t{number:03}" for number in range(IDS_SHOWN)]
