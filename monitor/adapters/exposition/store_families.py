"""How the store gets on, as metrics."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.persistence.record import StoreHealth


def store_families(health: StoreHealth) -> Iterator[Metric]:
    """Yield the families; the time of the last commit is absent before the first."""
    yield GaugeMetricFamily(
        "posmon_store_degraded",
        "Whether nothing can be made durable now; posmon goes on from memory.",
        value=int(bool(health.fault)),
    )
    yield GaugeMetricFamily(
        "posmon_store_waiting_steps", "Steps of alerts that are not durable yet.", value=health.waiting
    )
    yield CounterMetricFamily(
        "posmon_store_lost_steps", "Steps of alerts that never will be durable.", value=health.lost
    )
    yield CounterMetricFamily(
        "posmon_store_quarantined_files", "Damaged files that were put aside.", value=health.quarantined
    )
    yield CounterMetricFamily(
        "posmon_store_unreadable_rows",
        "Rows of earlier runs that could not be understood and were left out.",
        value=health.unreadable,
    )
    if health.committed is not None:
        yield GaugeMetricFamily(
            "posmon_store_last_commit_timestamp_seconds",
            "Unix time up to which everything is durable.",
            value=health.committed.wall,
        )
