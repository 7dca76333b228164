"""Which alerts receivers are notified of."""

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.suppression.suppression import suppressor


class NotifiableAlerts:
    """The alerts that receivers should believe now: firing, committed and not suppressed."""

    def __init__(self, *, fleet: Fleet, book: AlertBook, uncommitted: UncommittedTransitions) -> None:
        self._fleet = fleet
        self._book = book
        self._uncommitted = uncommitted
        self._waiting: set[tuple[str, str]] = set()

    def hold_back(self, keys: set[tuple[str, str]]) -> None:
        """Hold these alerts back until their terminals have been heard from.

        They were suppressed in the run before, and whether they outlive that is not known yet.
        """
        self._waiting = set(keys)

    def is_suppressed(self, alert: Alert) -> bool:
        """Tell whether something larger keeps an alert from being sent."""
        return suppressor(alert, book=self._book, fleet=self._fleet) is not None

    def alerts(self) -> list[Alert]:
        """Return them."""
        uncommitted = self._uncommitted.keys()
        return [
            alert
            for alert in self._book
            if alert.state is AlertState.FIRING
            and alert.key not in uncommitted
            and not self.is_suppressed(alert)
            and not self._is_held_back(alert)
        ]

    def _is_held_back(self, alert: Alert) -> bool:
        if alert.key not in self._waiting:
            return False
        watched = self._fleet.get(alert.subject)
        if watched is not None:
            last_received = watched.last_poll if watched.terminal.is_polled else watched.reading
            if last_received is None:
                return True
        self._waiting.discard(alert.key)
        return False
