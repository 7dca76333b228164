"""Metrics of the sources that speak for many terminals."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.sources.board import SourceBoard


def source_families(boards: Iterable[SourceBoard]) -> Iterator[Metric]:
    """Yield the families; a source that was never asked has no sample of `posmon_source_up`."""
    up = GaugeMetricFamily(
        "posmon_source_up", "Whether the source answered when last asked.", labels=("source", "kind")
    )
    requests = CounterMetricFamily(
        "posmon_source_requests", "Rounds of asking a source, by result.", labels=("source", "result")
    )
    terminals = GaugeMetricFamily(
        "posmon_source_terminals", "Terminals that the source lists.", labels=("source",)
    )
    success = GaugeMetricFamily(
        "posmon_source_last_success_timestamp_seconds", "When the source last answered.", labels=("source",)
    )
    unwanted = GaugeMetricFamily(
        "posmon_source_not_in_inventory",
        "Terminals that the source lists and no row of the inventory names.",
        labels=("source",),
    )
    unlisted = GaugeMetricFamily(
        "posmon_source_not_listed",
        "Terminals that the inventory names and the source's list lacks.",
        labels=("source",),
    )
    for board in boards:
        if board.last_result is not None:
            up.add_metric((board.name, board.kind), int(board.is_reachable))
        for result, count in sorted(board.results.items()):
            requests.add_metric((board.name, str(result)), count)
        terminals.add_metric((board.name,), len(board))
        unwanted.add_metric((board.name,), board.not_in_inventory)
        unlisted.add_metric((board.name,), board.not_listed)
        if board.last_success is not None:
            success.add_metric((board.name,), board.last_success.wall)
    yield from (up, requests, terminals, success, unwanted, unlisted)
