"""The configured sources, and how well each can be asked."""

from collections.abc import Iterable

from monitor.domain.instant import Instant, rfc3339
from monitor.domain.sources.board import SourceBoard
from monitor.views.documents import SourceDocument, SourcePage


def source_page(boards: Iterable[SourceBoard], now: Instant) -> SourcePage:
    """Return every source, in the order of the configuration."""
    return SourcePage(sources=[source_document(board) for board in boards], now=rfc3339(now.wall))


def source_document(board: SourceBoard) -> SourceDocument:
    """Return one source; `state` is unknown until it was asked once."""
    result = board.last_result
    state = "unknown" if result is None else "up" if result.is_good else "down"
    unreadable = sorted({phrase.partition(":")[0] for report in board for phrase in report.unreadable})
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
    )
