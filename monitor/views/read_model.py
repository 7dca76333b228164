"""Everything the read side reads."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.event_tracking.event_tracker import Patterns
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.persistence.record import StoreHealth
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.runbooks.runbook import Runbooks
from monitor.domain.self_monitoring.fleet_trend import BatteryTrends, Trend
from monitor.domain.self_monitoring.liveness import Sign
from monitor.domain.self_monitoring.reload_status import ReloadRecord
from monitor.ports.alert_sink import Delivery
from monitor.ports.clock import Clock


def _none() -> int:
    return 0


def _not_ready() -> bool:
    return False


def _no_signs() -> Sequence[Sign]:
    return ()


def _none_taken() -> Mapping[str, Instant]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """References to the living state; whoever reads must not write, but may ask to follow a battery.

    `notifications` counts by (sink, result). The callables give what a service alone knows now:
    polls under way, connections kept open, notifications waiting, whether the first inventory is loaded and
    being polled, how the store gets on, signs of life of every part, and when each sink last took something.
    """

    fleet: Fleet
    book: AlertBook
    polls: PollStatistics
    reloads: ReloadRecord
    clock: Clock
    started_at: Instant
    patterns: Patterns | None = None
    runbooks: Runbooks = field(default_factory=Runbooks)
    access: AccessStatistics = field(default_factory=AccessStatistics)
    trend: Trend = field(default_factory=Trend)
    batteries: BatteryTrends = field(default_factory=BatteryTrends)
    notifications: Mapping[tuple[str, Delivery], int] = field(default_factory=Counter)
    in_flight: Callable[[], int] = _none
    connections_kept: Callable[[], int] = _none
    outbox_entries: Callable[[], int] = _none
    store_health: Callable[[], StoreHealth] = StoreHealth
    ready: Callable[[], bool] = _not_ready
    signs: Callable[[], Sequence[Sign]] = _no_signs
    last_taken: Callable[[], Mapping[str, Instant]] = _none_taken
