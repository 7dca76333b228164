"""Which parent may be all there is to an alert: the line that a terminal hangs on, or a whole shop."""

from collections.abc import Iterable, Sequence

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.subjects import FLEET_SUBJECT, PARENT, WRONG_ANSWERS, name_in
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import FleetOutage
from monitor.domain.fleet.parent import Parent
from monitor.domain.fleet.watched_terminal import WatchedTerminal


def explaining_parent(alert: Alert, watched: WatchedTerminal | None, fleet: Fleet) -> Parent | None:
    """Return a parent that may be all there is to an alert about connectivity, None when there is none.

    `watched` is its terminal, None for an alert about anything else. A group of terminals is explained when
    each of those that are down is, the fleet only by one parent alone: more of them at once are rather
    posmon's own link.
    """
    if not fleet.parents.troubled or not fleet.parents.is_told:
        return None
    if watched is not None:
        return _of_terminal(alert, watched, fleet)
    if alert.subject == FLEET_SUBJECT:
        return None if alert.alertname == WRONG_ANSWERS else parent_of_all(alert, fleet)
    parent = fleet.parents.get(name_in(PARENT, alert.subject) or "")
    if parent is not None:
        return _above(alert, parent)
    group = fleet.groups.find(alert.subject)
    if group is None or alert.alertname == WRONG_ANSWERS:
        return None
    return _of_members(alert, group.members.values(), fleet)


def parent_of_all(alert: Alert, fleet: Fleet) -> Parent | None:
    """Return the one parent with whose outage all terminals were lost that are down; None when there is none.

    None as well while no uplink answers: then it is posmon's own link.
    """
    whole: FleetOutage = fleet.whole
    if whole.is_uplink_lost:
        return None
    down = [member for member in whole.members.values() if member.is_silent]
    roots = [parent for parent in fleet.parents.troubled.values() if _is_root(parent, alert, down)]
    if len(roots) != 1:
        return None
    root = roots[0]
    lost = _lost_with(root, down)
    return root if all(root.name in fleet.parents.around(member.terminal) for member in lost) else None


def _is_root(parent: Parent, alert: Alert, down: Sequence[WatchedTerminal]) -> bool:
    """Tell whether a parent, of itself, may explain an alert about the fleet; one failed poll is enough."""
    if parent.is_explained_above(alert):
        return False
    if parent.is_out:
        return True
    # The fleet is not asked itself: its terminals are.
    asked_at = min((member.asked_at for member in _lost_with(parent, down)), default=alert.last_present)
    return parent.alert is not None and parent.explains(alert, asked_at)


def _lost_with(parent: Parent, down: Sequence[WatchedTerminal]) -> list[WatchedTerminal]:
    return [member for member in down if member.unreachable_since.monotonic >= parent.lost_before_s]


def _of_terminal(alert: Alert, watched: WatchedTerminal, fleet: Fleet) -> Parent | None:
    for parent in fleet.parents.of(watched.terminal):
        if parent.name in fleet.parents.troubled and parent.explains(alert, watched.asked_at):
            return parent
    return None


def _above(alert: Alert, parent: Parent) -> Parent | None:
    if not parent.is_explained_above(alert):
        return None
    return next((one for one in parent.above if one.is_out), parent.above[0])


def _of_members(alert: Alert, members: Iterable[WatchedTerminal], fleet: Fleet) -> Parent | None:
    before = min(parent.lost_before_s for parent in fleet.parents.troubled.values())
    found: Parent | None = None
    for member in members:
        if not member.is_silent:
            continue
        parent = _of_terminal(alert, member, fleet)
        if parent is None and member.unreachable_since.monotonic >= before:
            return None
        found = found or parent
    if found is not None or alert.absent_since is None:
        return found
    # Its terminals are back, and it fires on for a while.
    around = {name: one for member in members for name, one in fleet.parents.around(member.terminal).items()}
    return next((one for one in around.values() if one.explains(alert, alert.last_present)), None)
