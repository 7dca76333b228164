"""Every kind of fault by its name, in the order in which several at once are worked in."""

from monitor.config.suggestions import did_you_mean
from monitor.simulator.device_faults import DEVICE_FAULTS
from monitor.simulator.event_faults import EVENT_FAULTS
from monitor.simulator.fault_kind import FaultKind
from monitor.simulator.malformed import MALFORMED
from monitor.simulator.wire_faults import WIRE_FAULTS

FAULTS: dict[str, FaultKind] = {
    kind.name: kind for kind in (*DEVICE_FAULTS, *EVENT_FAULTS, *MALFORMED, *WIRE_FAULTS)
}

_RANKS = {name: rank for rank, name in enumerate(FAULTS)}


def rank(kind: FaultKind) -> int:
    """Return the place of `kind` in the order of working in."""
    return _RANKS[kind.name]


def fault_named(name: str) -> FaultKind:
    """Return the kind of that name; raises ValueError with the nearest name."""
    if name not in FAULTS:
        raise ValueError(f"no such fault{did_you_mean(name, FAULTS)}")
    return FAULTS[name]
