"""The configured sources, how well each can be asked, and how well its list and the inventory agree."""

from collections.abc import Collection, Iterable, Mapping
from heapq import nsmallest

from monitor.domain.instant import Instant, rfc3339
from monitor.domain.sources.board import SourceBoard
from monitor.views.documents import SourceDocument, SourcePage

IDS_SHOWN = 20


def source_page(boards: Mapping[str, SourceBoard], endpoints: Iterable[str], now: Instant) -> SourcePage:
    """Return every source, in the order of the configuration; `endpoints` are those of the inventory."""
    wanted: dict[str, set[str]] = {name: set() for name in boards}
    for endpoint in endpoints:
        source, _, terminal = endpoint.partition(":")
        if source in wanted:
            wanted[source].add(terminal)
    documents = [source_document(board, wanted[name]) for name, board in boards.items()]
    return SourcePage(sources=documents, now=rfc3339(now.wall))


def source_document(board: SourceBoard, wanted: Collection[str]) -> SourceDocument:
    """Return one source; `state` is unknown until it was asked once.

    `wanted` are the ids, as the source has them, of its terminals in the inventory.
    """
    result = board.last_result
    state = "unknown" if result is None else "up" if result.is_good else "down"
    unreadable = sorted({phrase.partition(":")[0] for report in board for phrase in report.unreadable})
    listed = {report.terminal for report in board}
    unwanted = listed.difference(wanted)
    return SourceDocument(
        name=board.name,
        kind=board.kind,
        state=state,
        result=str(result.result) if result is not None else "",
        detail=board.detail,
        terminals=len(board),
        interval_seconds=board.interval_s,
        last_success_at=rfc3339(board.last_success.wall) if board.last_success else None,
        unreadable_fields=unreadable,
        not_in_inventory=len(unwanted),
        not_in_inventory_ids=nsmallest(IDS_SHOWN, unwanted),
        not_listed=len(set(wanted) - listed) if board.has_list else 0,
    )
