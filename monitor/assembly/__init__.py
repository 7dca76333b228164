"""Parts of the daemon as the settings want them; `monitor.app` connects them."""

from monitor.assembly.events import event_patterns
from monitor.assembly.interpreter import spare_collector, tune_for_start
from monitor.assembly.plan import read_plan
from monitor.assembly.polling_client import MakePolling, PollingClient, heartbeat_client
from monitor.assembly.receivers import Receiver, gathering_s, receivers
from monitor.assembly.signs import Parts, signs_of_life

__all__ = [
    "MakePolling",
    "Parts",
    "PollingClient",
    "Receiver",
    "event_patterns",
    "gathering_s",
    "heartbeat_client",
    "read_plan",
    "receivers",
    "signs_of_life",
    "spare_collector",
    "tune_for_start",
]
