"""Which alerts are not sent because a larger one already says it.

Suppression only stops sending. A suppressed alert opens and resolves like any other, and is sent
if it outlives what suppressed it.
"""

from collections.abc import Iterator

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import WRONG_ANSWERS
from monitor.domain.detectors.index import BY_NAME
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.watched_terminal import WatchedTerminal


def suppressor(alert: Alert, *, book: AlertBook, fleet: Fleet) -> str | None:
    """Return what keeps `alert` from being sent, None when nothing does.

    It is the name of another alert, or `status` and the terminal's inventory status. A larger
    outage suppresses from the moment it is suspected: waiting until it is confirmed would let its
    terminals page first. What fired before the outage began goes on being sent.
    """
    watched = fleet.get(alert.subject)
    if watched is not None and not watched.terminal.is_paged:
        return f"status {watched.terminal.status}"
    detector = BY_NAME.get(alert.alertname)
    if detector is None:
        return None
    if detector.yields_to_outage:
        for group in fleet.groups_around(alert.subject):
            for larger in _larger_alerts(group, watched, alert):
                if _explains(larger, alert):
                    return larger.alertname
    withheld = detector.withheld
    if withheld is None:
        return None
    other = book.find(withheld.by, alert.subject)
    return withheld.by if other is not None and withheld.holds(watched, alert, other) else None


def _larger_alerts(group: Outage, watched: WatchedTerminal | None, alert: Alert) -> Iterator[Alert]:
    """Yield the alerts about a group that may be all there is to one about a member or a smaller group."""
    if watched is not None:
        yield from group.explaining(watched)
    else:
        larger = group.wrong.alert if alert.alertname == WRONG_ANSWERS else group.alert
        if larger is not None:
            yield larger


def _explains(outage: Alert, alert: Alert) -> bool:
    """Tell whether the latest larger outage, open or over, is all there is to `alert`.

    One that is over still explains an alert whose terminal was not polled since it was first seen to be over.
    """
    if alert.fired_at and alert.fired_at.monotonic < outage.since.monotonic:
        return False
    if outage.resolved_at is None:
        return True
    over = outage.absent_since or outage.resolved_at
    return alert.last_present.monotonic <= over.monotonic
