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


def shown(board: SourceBoard, *named: str) -> SourceDocument:
    """Return what is shown of one source of which the inventory names these."""
    board.named = frozenset(named)
    return source_page({board.name: board}, NOW).sources[0]


def test_list_and_inventory_are_compared_by_the_source_s_own_ids() -> None:
    """What either has alone is counted, with some ids."""
    document = shown(cloud("a", "b", "c"), "b", "gone")
    assert (document.not_in_inventory, document.not_in_inventory_ids) == (2, ["a", "c"])
    assert (document.not_listed, document.not_listed_ids) == (1, ["gone"])


def test_half_a_list_makes_nobody_missing() -> None:
    """Until the whole list was read, and for a broker that has none."""
    assert shown(cloud("a", is_complete=False), "a", "b").not_listed == 0
    broker = ListeningBoard(name="broker", kind="mqtt", interval_s=60.0, stale_after_s=180.0)
    document = shown(filled(broker, "a", "x", is_complete=False), "a", "b")
    assert (document.not_in_inventory_ids, document.not_listed) == (["x"], 0)


def test_of_many_only_some_ids_are_shown() -> None:
    """The number says how many there are."""
    document = shown(cloud(*(f"t{number:03}" for number in range(500))))
    assert document.not_in_inventory == 500
    assert document.not_in_inventory_ids == [f"t{number:03}" for number in range(IDS_SHOWN)]
