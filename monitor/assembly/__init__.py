"""Parts of the daemon as the settings want them; `monitor.app` connects them."""

from monitor.assembly.collectors import (
    MakePolling,
    PollingClient,
    collector_table,
    heartbeat_client,
)
from monitor.assembly.commit_path import commit_path
from monitor.assembly.event_tracker import make_event_tracker
from monitor.assembly.gc_tuning import spare_collector, tune_for_start
from monitor.assembly.liveness import Parts, signs_of_life
from monitor.assembly.receivers import Receiver, receivers
from monitor.assembly.reloader import Reloader

__all__ = [
    "MakePolling",
    "Parts",
    "PollingClient",
    "Receiver",
    "Reloader",
    "collector_table",
    "commit_path",
    "heartbeat_client",
    "make_event_tracker",
    "receivers",
    "signs_of_life",
    "spare_collector",
    "tune_for_start",
]
