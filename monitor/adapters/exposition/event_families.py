"""Metrics of events: outcomes, rejections, and what posmon remembers of them."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.event import EventType
from monitor.domain.events.response_codes import CodeCategory
from monitor.domain.instant import Instant

LOG_IN_OUTCOMES = ("success", "failure")


def event_families(event_tracker: EventTracker, now: Instant) -> Iterator[Metric]:
    """Yield the families; no id, card or source becomes a label."""
    events = CounterMetricFamily(
        "posmon_events",
        "Counted events by type and by what they came to.",
        labels=("type", "category"),
    )
    for category in CodeCategory:
        labels = EventType.TRANSACTION, category.value
        events.add_metric(labels, event_tracker.counts[labels])
    for outcome in LOG_IN_OUTCOMES:
        labels = EventType.OPERATOR_LOGIN, outcome
        events.add_metric(labels, event_tracker.counts[labels])
    yield events
    yield GaugeMetricFamily(
        "posmon_unknown_terminal_ids",
        "Different terminal ids unknown to the inventory that were pushed in the last hour.",
        value=event_tracker.queries.unknown_id_count(now),
    )
    yield CounterMetricFamily(
        "posmon_events_evicted",
        "What was remembered of events and had to make room before its time.",
        value=event_tracker.evicted,
    )
    yield GaugeMetricFamily(
        "posmon_events_to_recall",
        "Events counted before the restart that are not back in their windows yet.",
        value=event_tracker.replay.remaining,
    )
    yield GaugeMetricFamily(
        "posmon_network_incident",
        "Whether so many terminals get no answer from the network that it is one incident.",
        value=int(event_tracker.windows.incident.is_on),
    )
    yield GaugeMetricFamily(
        "posmon_network_incident_terminals",
        "Terminals with a link code within the last ten minutes.",
        value=event_tracker.windows.incident.terminals,
    )
