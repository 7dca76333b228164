"""Which alerts are not sent, and why.

Holding an alert back only stops sending. The alert opens and resolves like any other, and is sent if it
outlives what held it.
"""

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.on_call.board import OnCallBoard
from monitor.domain.suppression.hold import Hold
from monitor.domain.suppression.reasons import REASONS, HoldContext, question_of
from monitor.domain.suppression.windows import WindowBook


class Suppression:
    """Asks every reason of the table."""

    def __init__(self, *, fleet: Fleet, book: AlertBook, on_call: OnCallBoard | None = None) -> None:
        self.on_call = on_call or OnCallBoard()
        self._fleet = fleet
        self.windows = WindowBook(fleet=fleet, on_call=self.on_call)
        self._context = HoldContext(fleet=fleet, book=book, on_call=self.on_call, windows=self.windows)

    def hold(self, alert: Alert, now: Instant) -> Hold | None:
        """Return the first that holds an alert back, None when it may be sent."""
        question = question_of(alert, self._fleet, now)
        for asked in REASONS:
            for found in asked(self._context, question):
                return found
        return None

    def holds(self, alert: Alert, now: Instant) -> list[Hold]:
        """Return all that hold an alert back."""
        question = question_of(alert, self._fleet, now)
        return [found for asked in REASONS for found in asked(self._context, question)]
