"""The metrics of single terminals: one row per family, one small function per sample.

An unknown value has no sample. Components are as last reported, also while a terminal is offline;
`posmon_terminal_up` and the time of the last heartbeat tell how far to trust them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.adapters.exposition.labels import info_labels, own_labels
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import PrinterStatus, RegistrationStatus

_ZERO, _ONE = "} 0\n", "} 1\n"
_PRINTER = {status: f',status="{status}"}} 1\n' for status in PrinterStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFamily:
    """A gauge with at most one sample per terminal.

    `labels` returns the labels of several terminals without the braces. `rest` returns what follows
    them: a further label if there is one, the brace, value and line end; "" for no sample.
    """

    name: str
    documentation: str
    rest: Callable[[WatchedTerminal], str]
    labels: Callable[[Sequence[WatchedTerminal]], list[str]] = own_labels

    @property
    def header(self) -> str:
        """What stands before the samples."""
        return f"# HELP {self.name} {self.documentation}\n# TYPE {self.name} gauge\n"

    def samples(self, terminals: Sequence[WatchedTerminal]) -> str:
        """Return the lines of several terminals."""
        name = self.name
        lines = zip(self.labels(terminals), map(self.rest, terminals), strict=True)
        return "".join([f"{name}{{{labels}{rest}" for labels, rest in lines if rest])


def _info(_watched: WatchedTerminal) -> str:
    return _ONE


def _up(watched: WatchedTerminal) -> str:
    if watched.last_poll is None:
        return ""
    return _ZERO if watched.is_down else _ONE


def _battery_ratio(watched: WatchedTerminal) -> str:
    percent = watched.reading.battery_percent if watched.reading else None
    return "" if percent is None else f"}} {percent / 100:.6g}\n"


def _printer_status(watched: WatchedTerminal) -> str:
    status = watched.reading.printer_status if watched.reading else None
    return "" if status is None else _PRINTER[status]


def _registered(watched: WatchedTerminal) -> str:
    status = watched.reading.registration_status if watched.reading else None
    if status is None:
        return ""
    return _ONE if status is RegistrationStatus.REGISTERED else _ZERO


def _last_heartbeat(watched: WatchedTerminal) -> str:
    return "" if watched.last_good is None else f"}} {watched.last_good.wall:.3f}\n"


def _temperature(watched: WatchedTerminal) -> str:
    celsius = watched.reading.temperature_celsius if watched.reading else None
    return "" if celsius is None else f"}} {celsius:.6g}\n"


def _certificate_ends(watched: WatchedTerminal) -> str:
    return "" if watched.certificate is None else f"}} {watched.certificate.ends:.0f}\n"


TERMINAL_FAMILIES = (
    TerminalFamily(
        name="posmon_terminal_info",
        documentation="What the inventory says of a terminal, and its firmware as last heard.",
        rest=_info,
        labels=info_labels,
    ),
    TerminalFamily(
        name="posmon_terminal_up",
        documentation="Whether the last poll of the terminal was good.",
        rest=_up,
    ),
    TerminalFamily(
        name="posmon_terminal_battery_ratio",
        documentation="Charge of the battery from 0 to 1, as last heard.",
        rest=_battery_ratio,
    ),
    TerminalFamily(
        name="posmon_terminal_printer_status",
        documentation="1 for the receipt printer's status as last heard.",
        rest=_printer_status,
    ),
    TerminalFamily(
        name="posmon_terminal_registered",
        documentation="Whether the terminal is registered with the acquirer's host, as last heard.",
        rest=_registered,
    ),
    TerminalFamily(
        name="posmon_terminal_last_heartbeat_timestamp_seconds",
        documentation="Unix time of the last good heartbeat.",
        rest=_last_heartbeat,
    ),
    TerminalFamily(
        name="posmon_terminal_temperature_celsius",
        documentation="Temperature of the device, as last heard.",
        rest=_temperature,
    ),
    TerminalFamily(
        name="posmon_terminal_certificate_expiry_timestamp_seconds",
        documentation="Unix time at which the TLS certificate ends that the terminal has shown.",
        rest=_certificate_ends,
    ),
)
