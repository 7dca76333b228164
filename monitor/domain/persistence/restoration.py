"""Restoring the state of the run before."""

from collections.abc import Iterable
from itertools import chain

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import FLEET_SUBJECT, WRONG_ANSWERS, subject_of
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.notification.outbox import identity_of
from monitor.domain.persistence.record import Remembered


class Restoration:
    """The state of the run before, until the first inventory is in force.

    The alerts are open in the book at once. A terminal takes its memory when it is added. Memories that are
    left in the end are of terminals that are no longer watched.
    """

    def __init__(self, remembered: Remembered, *, book: AlertBook) -> None:
        self._memories = {memory.terminal_id: memory for memory in remembered.terminals}
        for alert in remembered.alerts:
            book.restore(alert)

    def take(self, terminal_id: str) -> TerminalMemory | None:
        """Return the memory of a terminal, once."""
        return self._memories.pop(terminal_id, None)

    def __contains__(self, terminal_id: str) -> bool:
        return terminal_id in self._memories

    @property
    def untaken(self) -> list[str]:
        """The ids of terminals that are remembered and not watched."""
        return list(self._memories)


def unheard(remembered: Remembered) -> set[tuple[str, str]]:
    """Return the keys of firing alerts that no receiver has got: they were suppressed.

    The outage that suppressed them may have ended. Only a poll of their terminals shows whether they last.
    """
    entries = chain.from_iterable(remembered.outboxes.values())
    heard = {frozenset(entry.labels.items()) for entry in entries if entry.withheld_at is None}
    heard |= {identity_of(step) for step in chain.from_iterable(remembered.untold.values())}
    return {alert.key for alert in _firing(remembered.alerts) if identity_of(alert) not in heard}


def perhaps_heard(remembered: Remembered) -> list[Alert]:
    """Return unheard alerts that no outage explains any more, oldest first.

    They were about to be sent, or were sent just before the run ended. A receiver that believes them to fire
    must get their resolve; to any other it does no harm.
    """
    keys = unheard(remembered)
    outages = {
        alert.subject for alert in remembered.alerts if alert.alertname in (*OUTAGES.values(), WRONG_ANSWERS)
    }
    return [
        alert for alert in _firing(remembered.alerts) if alert.key in keys and not outages & _groups_of(alert)
    ]


def _groups_of(alert: Alert) -> set[str]:
    """Return the groups that hold an alert's subject, as far as its labels tell."""
    names = {kind: alert.labels.get(kind, "") for kind in OUTAGES}
    return {FLEET_SUBJECT, *(subject_of(kind, name) for kind, name in names.items() if name)}


def _firing(alerts: Iterable[Alert]) -> Iterable[Alert]:
    return (alert for alert in alerts if alert.state is AlertState.FIRING)
