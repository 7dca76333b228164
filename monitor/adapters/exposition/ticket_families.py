"""The tickets in other systems, as metrics."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.notification.ticket_board import TicketBoard


def ticket_families(board: TicketBoard) -> Iterator[Metric]:
    """Yield the families; without a receiver of tickets they have no samples."""
    steps = CounterMetricFamily(
        "posmon_tickets",
        "Steps of tickets in other systems, by what became of them.",
        labels=("receiver", "step", "result"),
    )
    for (receiver, step, result), count in board.counts().items():
        steps.add_metric((receiver, step.value, result), count)
    yield steps
    opened = GaugeMetricFamily(
        "posmon_tickets_open", "Tickets that are open, or asked for.", labels=("receiver",)
    )
    for receiver, count in board.open().items():
        opened.add_metric((receiver,), count)
    yield opened
