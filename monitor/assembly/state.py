"""The state of posmon, empty at the start."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from monitor.adapters.collectors.mailbox import Mailbox
from monitor.adapters.runbook_files import load_runbooks
from monitor.adapters.sqlite_store import EVENTS_KEPT_S, open_store
from monitor.adapters.system import SystemClock
from monitor.assembly.event_tracker import make_event_tracker
from monitor.config.settings import Settings
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.domain.evaluation.unreadable_tally import UnreadableTally
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.notification.ticket_board import TicketBoard
from monitor.domain.notification.told import ToldLog
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.runbooks.runbook import Runbooks
from monitor.domain.self_monitoring.fleet_trend import BatteryTrends, FleetTrend
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.domain.suppression.suppression import Suppression
from monitor.ports.clock import Clock
from monitor.ports.store import Store

EVENTS_MARGIN_S = 3600.0
"""The store keeps an event for so much longer than a terminal may repeat it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The shared state: services change it, the read side shows it."""

    clock: Clock
    started_at: Instant
    store: Store
    runbooks: Runbooks
    advice: AdviceBook
    fleet: Fleet
    event_tracker: EventTracker
    book: AlertBook
    suppression: Suppression
    told: ToldLog = field(default_factory=ToldLog)
    polls: PollStatistics = field(default_factory=PollStatistics)
    reloads: ReloadStatus = field(default_factory=ReloadStatus)
    access: AccessStatistics = field(default_factory=AccessStatistics)
    trend: FleetTrend = field(default_factory=FleetTrend)
    batteries: BatteryTrends = field(default_factory=BatteryTrends)
    notebook: DeviceNotebook = field(default_factory=DeviceNotebook)
    mailbox: Mailbox
    tickets: TicketBoard = field(default_factory=TicketBoard)
    unreadable: UnreadableTally = field(default_factory=UnreadableTally)


def blank_state(settings: Settings, clock: Clock, store: Store) -> State:
    """Return an empty fleet and its counts over an open store."""
    runbooks = load_runbooks()
    fleet, book = Fleet(), AlertBook()
    return State(
        clock=clock,
        started_at=clock.now(),
        store=store,
        runbooks=runbooks,
        advice=AdviceBook(runbooks.advice()),
        fleet=fleet,
        event_tracker=make_event_tracker(settings, fleet),
        book=book,
        suppression=Suppression(fleet=fleet, book=book),
        mailbox=Mailbox(clock=clock),
        tickets=TicketBoard(settings.alerting.external_labels),
    )


def store_of(settings: Settings, clock: SystemClock) -> AbstractAsyncContextManager[Store]:
    """Return the configured store, to be entered."""
    return open_store(
        settings.storage.path,
        clock=clock,
        journal_kept_s=settings.storage.journal_kept_s,
        events_kept_s=max(EVENTS_KEPT_S, settings.events.max_age_s + EVENTS_MARGIN_S),
        reports_kept_s=settings.reports.kept_s,
    )
