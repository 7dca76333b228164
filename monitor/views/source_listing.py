"""The configured sources, how well each can be asked, and how well its list and the inventory agree."""

from collections.abc import Mapping
from heapq import nsmallest

from monitor.domain.instant import Instant, rfc3339
from monitor.domain.sources.board import SourceBoard
from monitor.views.documents import SourceDocument, SourcePage

IDS_SHOWN = 20


def source_page(boards: Mapping[str, SourceBoard], now: Instant) -> SourcePage:
    """Return every source, in the order of the configuration."""
    return SourcePage(sources=[source_document(board) for board in boards.values()], now=rfc3339(now.wall))


def source_document(board: SourceBoard) -> SourceDocument:
    """Return one source; `state` is unknown until it was asked once. Of ids there are IDS_SHOWN at most."""
    result = board.last_result
    state = "unknown" if result is None else "up" if result.is_good else "down"
    unreadable = sorted({phrase.partition(":")[0] for report in board for phrase in report.unreadable})
    listed = {report.terminal for report in board}
    unwanted = listed.difference(board.named)
    unlisted = set(board.named).difference(listed) if board.has_list else set()
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
        not_listed=len(unlisted),
        not_listed_ids=nsmallest(IDS_SHOWN, unlisted),
        discover=board.discovers,
    )
