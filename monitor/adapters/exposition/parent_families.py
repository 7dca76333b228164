"""Metrics of what terminals hang on."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from monitor.domain.fleet.fleet import Fleet
from monitor.views.parent_listing import state_of


def parent_families(fleet: Fleet) -> Iterator[Metric]:
    """Yield the families; a parent that was never asked has no sample of `posmon_parent_up`."""
    up = GaugeMetricFamily(
        "posmon_parent_up", "Whether a parent can be reached, as far as known.", labels=("parent",)
    )
    terminals = GaugeMetricFamily(
        "posmon_parent_terminals", "Terminals that hang on a parent, directly or not.", labels=("parent",)
    )
    for parent in fleet.parents:
        state = state_of(parent)
        if state != "unknown":
            up.add_metric((parent.name,), int(state == "up"))
        terminals.add_metric((parent.name,), sum(1 for _ in fleet.parents.members(parent)))
    yield from (up, terminals)
