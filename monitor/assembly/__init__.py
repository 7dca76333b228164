"""Parts of the daemon as the settings want them; `monitor.app` connects them."""

from monitor.assembly.collectors import (
    MakePolling,
    PollingClient,
    collector_table,
    heartbeat_client,
)
from monitor.assembly.commit_path import commit_path
from monitor.assembly.event_tracker import make_event_tracker
from monitor.assembly.gc_tuning import freeze_gc, tune_for_start
from monitor.assembly.liveness import Parts, liveness_checks_of
from monitor.assembly.receivers import Receiver, receivers, silence_sources
from monitor.assembly.reloader import Reloader
from monitor.assembly.ticket_sinks import TicketPlace

__all__ = [
    "MakePolling",
    "Parts",
    "PollingClient",
    "Receiver",
    "Reloader",
    "TicketPlace",
    "collector_table",
    "commit_path",
    "freeze_gc",
    "heartbeat_client",
    "liveness_checks_of",
    "make_event_tracker",
    "receivers",
    "silence_sources",
    "tune_for_start",
]
