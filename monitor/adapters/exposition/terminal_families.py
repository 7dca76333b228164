"""The metrics of single terminals: one row per family, one small function per sample.

What is not known has no sample. Components are as last heard, also while a terminal is offline;
`posmon_terminal_up` and the time of the last heartbeat tell how far to trust them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.adapters.exposition.labels import info_labels, own_labels
from monitor.domain.reading import RegistrationStatus
from monitor.domain.watched_terminal import WatchedTerminal

Sample = Callable[[WatchedTerminal], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFamily:
    """A gauge with at most one sample per terminal.

    `sample` returns what follows the name, labels, value and line end, or "" for no sample.
    """

    name: str
    documentation: str
    sample: Sample


def _info(watched: WatchedTerminal) -> str:
    return f"{{{info_labels(watched)}}} 1\n"


def _up(watched: WatchedTerminal) -> str:
    return "" if watched.last_poll is None else f"{{{own_labels(watched)}}} {0 if watched.is_down else 1}\n"


def _battery_ratio(watched: WatchedTerminal) -> str:
    percent = watched.reading.battery_percent if watched.reading else None
    return "" if percent is None else f"{{{own_labels(watched)}}} {percent / 100:.6g}\n"


def _printer_status(watched: WatchedTerminal) -> str:
    status = watched.reading.printer_status if watched.reading else None
    return "" if status is None else f'{{{own_labels(watched)},status="{status}"}} 1\n'


def _registered(watched: WatchedTerminal) -> str:
    status = watched.reading.registration_status if watched.reading else None
    if status is None:
        return ""
    return f"{{{own_labels(watched)}}} {1 if status is RegistrationStatus.REGISTERED else 0}\n"


def _last_heartbeat(watched: WatchedTerminal) -> str:
    return "" if watched.last_good is None else f"{{{own_labels(watched)}}} {watched.last_good.wall:.3f}\n"


TERMINAL_FAMILIES = (
    TerminalFamily(
        name="posmon_terminal_info",
        documentation="What the inventory says of a terminal, and its firmware as last heard.",
        sample=_info,
    ),
    TerminalFamily(
        name="posmon_terminal_up",
        documentation="Whether the last poll of the terminal was good.",
        sample=_up,
    ),
    TerminalFamily(
        name="posmon_terminal_battery_ratio",
        documentation="Charge of the battery from 0 to 1, as last heard.",
        sample=_battery_ratio,
    ),
    TerminalFamily(
        name="posmon_terminal_printer_status",
        documentation="1 for the receipt printer's status as last heard.",
        sample=_printer_status,
    ),
    TerminalFamily(
        name="posmon_terminal_registered",
        documentation="Whether the terminal is registered with the acquirer's host, as last heard.",
        sample=_registered,
    ),
    TerminalFamily(
        name="posmon_terminal_last_heartbeat_timestamp_seconds",
        documentation="Unix time of the last good heartbeat.",
        sample=_last_heartbeat,
    ),
)
