"""The daemon's middle, wired as `app` does: alerts to notify, notifier, records, pipeline."""

from collections.abc import Callable, Iterable, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.notification.told import ToldLog
from monitor.domain.persistence.record import Remembered
from monitor.domain.persistence.record_builder import RecordBuilder
from monitor.domain.persistence.restoration import unheard
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.self_monitoring.fleet_trend import FleetTrend
from monitor.domain.suppression.notifiable import NotifiableAlerts
from monitor.ports.alert_sink import AlertSink
from monitor.ports.clock import Clock
from monitor.ports.store import Store
from monitor.services.notifier import Notifier
from monitor.services.pipeline import Pipeline


class NotedRechecks(RecheckQueue):
    """A queue that notes the ids it is given, one list for each call."""

    def __init__(self) -> None:
        super().__init__()
        self.hastened: list[list[str]] = []
        self.suspected: list[list[str]] = []

    def hasten(self, terminals: Iterable[Terminal]) -> None:
        """Note them."""
        terminals = [*terminals]
        self.hastened.append([terminal.terminal_id for terminal in terminals])
        super().hasten(terminals)

    def suspect(self, terminals: Iterable[Terminal]) -> None:
        """Note them."""
        terminals = [*terminals]
        self.suspected.append([terminal.terminal_id for terminal in terminals])
        super().suspect(terminals)


class _BusyPolls(PollStatistics):
    """Polls of which one finishes at every moment."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    @property
    def last_finished(self) -> float:
        """Now."""
        return self._clock.monotonic()

    @last_finished.setter
    def last_finished(self, _at: float) -> None:
        """Leave it at that."""


class Middle:
    """From an evaluation to its receivers; `tell` hears what the notifier is given, before it is."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        book: AlertBook,
        evaluation: Evaluation,
        store: Store,
        clock: Clock,
        sinks: Sequence[AlertSink] = (),
        trend: FleetTrend | None = None,
        tell: Callable[[Sequence[Transition]], None] = lambda _steps: None,
    ) -> None:
        uncommitted = UncommittedTransitions()
        self._evaluation = evaluation
        self._clock = clock
        self._tell = tell
        self.notifiable = NotifiableAlerts(
            fleet=fleet, book=book, uncommitted=uncommitted, suppression=evaluation.suppression
        )
        self.notifier = Notifier(
            sinks=sinks, clock=clock, snapshot=self.notifiable.alerts, chance=lambda: 0.5
        )
        self.records = RecordBuilder(
            fleet=fleet,
            book=book,
            notifiable=self.notifiable,
            uncommitted=uncommitted,
            terminals=evaluation.dirty,
            events=evaluation.event_tracker,
            samples=FleetTrend() if trend is None else trend,
            outboxes=self.notifier,
            on_call=evaluation.suppression.on_call,
            notebook=DeviceNotebook(),
            told=ToldLog(),
            availability=evaluation.availability,
        )
        self.pipeline = Pipeline(
            evaluation=evaluation,
            records=self.records,
            store=store,
            clock=clock,
            polls=_BusyPolls(clock),
            notify=self._notify,
        )

    def restore(self, remembered: Remembered) -> None:
        """Go on from where an earlier run has left off."""
        self._evaluation.restore(remembered, self._clock.now())
        self.notifiable.hold_back(unheard(remembered))
        self.notifier.restore(remembered)

    def _notify(self, transitions: Sequence[Transition]) -> None:
        self._tell(transitions)
        self.notifier.notify(transitions)
