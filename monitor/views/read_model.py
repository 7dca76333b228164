"""Everything the read side reads."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.persistence.record import StoreHealth
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.recording.progress import RecordingProgress
from monitor.domain.runbooks.runbook import Runbooks
from monitor.domain.self_monitoring.fleet_trend import BatteryTrends, FleetTrend
from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.domain.suppression.foreign_silence import ForeignSilence
from monitor.domain.suppression.hold import HoldReason
from monitor.domain.suppression.suppression import Suppression
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock


def _none() -> int:
    return 0


def _not_ready() -> bool:
    return False


def _no_checks() -> Sequence[LivenessCheck]:
    return ()


def _none_taken() -> Mapping[str, Instant]:
    return {}


def _no_foreign_silences() -> Sequence[tuple[ForeignSilence, int]]:
    return ()


def _none_held() -> Mapping[HoldReason, int]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel:
    """References to the living state. Readers must not write; they may ask to follow a battery.

    `notifications` counts by (sink, result), `unreadable` fields of heartbeats by (source, field). The
    callables give what a service alone knows now: polls under way, kept connections, waiting notifications,
    dropped log lines, whether the first inventory is loaded and being polled, the health of the store, the
    liveness checks of every part, when each sink last accepted something, how many firing alerts each reason
    holds back, and the silences that people made elsewhere with the number of alerts they match. `setting`
    gives a setting in force by alert name and configuration key; `tells_shops` whether shops are told
    themselves. `recording` is None where nothing is recorded.
    """

    fleet: Fleet
    book: AlertBook
    suppression: Suppression
    polls: PollStatistics
    reloads: ReloadStatus
    access: AccessStatistics
    clock: Clock
    started_at: Instant
    event_tracker: EventTracker | None = None
    runbooks: Runbooks = field(default_factory=Runbooks)
    trend: FleetTrend = field(default_factory=FleetTrend)
    batteries: BatteryTrends = field(default_factory=BatteryTrends)
    unreadable: Mapping[tuple[str, str], int] = field(default_factory=Counter)
    tickets: TicketBoard = field(default_factory=TicketBoard)
    notifications: Mapping[tuple[str, Delivery], int] = field(default_factory=Counter)
    setting: Callable[[str, str], float | None] = field(default_factory=lambda: RuleBook().setting)
    in_flight: Callable[[], int] = _none
    connections_kept: Callable[[], int] = _none
    outbox_entries: Callable[[], int] = _none
    log_lines_dropped: Callable[[], int] = _none
    store_health: Callable[[], StoreHealth] = StoreHealth
    ready: Callable[[], bool] = _not_ready
    liveness_checks: Callable[[], Sequence[LivenessCheck]] = _no_checks
    last_taken: Callable[[], Mapping[str, Instant]] = _none_taken
    held: Callable[[], Mapping[HoldReason, int]] = _none_held
    foreign_silences: Callable[[], Sequence[tuple[ForeignSilence, int]]] = _no_foreign_silences
    tells_shops: bool = True
    recording: Callable[[], RecordingProgress] | None = None
