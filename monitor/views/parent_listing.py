"""What terminals hang on, whether it can be reached, and how much hangs on it."""

from itertools import islice

from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.parent import Parent
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.address import parse_address
from monitor.domain.inventory.endpoint import BadEndpoint
from monitor.domain.inventory.terminal import Terminal
from monitor.views.documents import ParentDocument, ParentPage, ParentState

PARENTS_SHOWN = 10


def parent_page(fleet: Fleet, now: Instant) -> ParentPage:
    """Return every parent, in the order of the configuration."""
    return ParentPage(parents=[parent_document(one, fleet) for one in fleet.parents], now=rfc3339(now.wall))


def parent_document(parent: Parent, fleet: Fleet) -> ParentDocument:
    """Return one parent, with how many terminals hang on it and how many of them are down."""
    watched, board = parent.watched, parent.board
    members = [*fleet.parents.members(parent)]
    result = watched.outcome if watched is not None else None
    return ParentDocument(
        name=parent.name,
        state=state_of(parent),
        endpoint=_address(parent.row.endpoint),
        parents=list(parent.row.parents),
        needs=str(parent.row.needs) if parent.row.parents else "",
        result=str(result or "") or (str(board.last_result.result) if board and board.last_result else ""),
        detail=watched.detail if watched is not None else board.detail if board is not None else "",
        since=rfc3339(parent.began.wall) if state_of(parent) == "down" else None,
        terminals=len(members),
        terminals_down=sum(member.is_down for member in members),
    )


def states_above(terminal: Terminal, fleet: Fleet) -> list[ParentState]:
    """Return what a terminal hangs on, its parents' parents last."""
    return [
        ParentState(name=one.name, state=state_of(one)) for one in fleet.parents.around(terminal).values()
    ]


def parents_down(fleet: Fleet) -> list[str]:
    """Return the names of those that are down and not cut off by others, PARENTS_SHOWN at most."""
    troubled = fleet.parents.troubled.values()
    down = (one.name for one in troubled if state_of(one) == "down" and not one.is_cut_off)
    return [*islice(down, PARENTS_SHOWN)]


def state_of(parent: Parent) -> str:
    """Return `up`, `down`, or `unknown` before it was asked."""
    if parent.is_failing or parent.is_out:
        return "down"
    board = parent.board
    is_unknown = parent.is_unasked or (board is not None and board.last_result is None)
    return "unknown" if is_unknown else "up"


def _address(written: str) -> str:
    """Return host and port of an endpoint, "" for `SOURCE:ID`; no other part may be shown."""
    try:
        endpoint = parse_address(written)
    except BadEndpoint:
        return ""
    return endpoint.authority if endpoint is not None else ""
