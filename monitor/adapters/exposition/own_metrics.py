"""posmon's own metrics, made from plain counts when they are asked for."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

import monitor
from monitor.adapters.exposition.access_families import access_families
from monitor.adapters.exposition.event_families import event_families
from monitor.adapters.exposition.parent_families import parent_families
from monitor.adapters.exposition.recording_families import recording_families
from monitor.adapters.exposition.source_families import source_families
from monitor.adapters.exposition.store_families import store_families
from monitor.adapters.exposition.ticket_families import ticket_families
from monitor.domain.alerts.alert import AlertState
from monitor.domain.detectors.table import DETECTORS
from monitor.domain.events.decoding import RejectedFor
from monitor.domain.heartbeat.fields import FIELD_NAMES
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome
from monitor.domain.polling.statistics import Histogram, SkipReason
from monitor.domain.suppression.hold import HoldReason
from monitor.ports.alert_sink import Delivery
from monitor.views.read_model import ReadModel

SOURCES = ("poll", "push")
_OPEN_STATES = (AlertState.PENDING, AlertState.FIRING)


class OwnMetrics(Collector):
    """Everything that costs no pass over the fleet. Counters begin at 0, not at their first event."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model

    def collect(self) -> Iterator[Metric]:
        """Yield all families, as prometheus_client asks for them."""
        yield _labelled(
            GaugeMetricFamily,
            "posmon_build_info",
            "Which posmon runs on which Python.",
            ("version", "python"),
            [((monitor.__version__, platform.python_version()), 1)],
        )
        yield from self._polling()
        yield from self._alerting()
        yield self._held()
        yield from self._reloading()
        yield from access_families(self._read_model.access)
        yield from source_families(self._read_model.fleet.sources.values())
        yield from parent_families(self._read_model.fleet)
        if self._read_model.event_tracker is not None:
            yield from event_families(self._read_model.event_tracker, self._read_model.clock.now())
        yield from self._parts()
        yield from store_families(self._read_model.store_health())
        yield from ticket_families(self._read_model.tickets)
        if self._read_model.recording is not None:
            yield from recording_families(self._read_model.recording())

    def _polling(self) -> Iterator[Metric]:
        polls = self._read_model.polls
        results = [outcome for outcome in Outcome if outcome not in SAYS_NOTHING]
        yield _labelled(
            CounterMetricFamily,
            "posmon_polls",
            "Finished polls by result.",
            ("result",),
            [((outcome.value,), polls.results[outcome]) for outcome in results],
        )
        yield _labelled(
            CounterMetricFamily,
            "posmon_polls_skipped",
            "Polls that were due and not made, by reason.",
            ("reason",),
            [((reason.value,), polls.skipped[reason]) for reason in SkipReason],
        )
        yield _histogram(
            "posmon_poll_duration_seconds", "From the start of an exchange to its end.", polls.duration
        )
        yield _histogram("posmon_poll_lateness_seconds", "How late polls were started.", polls.lateness)
        yield GaugeMetricFamily(
            "posmon_polls_in_flight", "Polls under way.", value=self._read_model.in_flight()
        )
        yield GaugeMetricFamily(
            "posmon_clock_ahead_seconds",
            "How far posmon's clock is ahead of the fleet's, 0 while nothing speaks against it.",
            value=self._read_model.fleet.clocks.ahead_s(self._read_model.clock.now()),
        )
        yield GaugeMetricFamily(
            "posmon_connections_kept",
            "Connections to terminals kept open between polls.",
            value=self._read_model.connections_kept(),
        )
        yield _labelled(
            CounterMetricFamily,
            "posmon_rejected_inputs",
            "Inputs refused for what they are, by where they came from and why.",
            ("source", "reason"),
            self._rejected_inputs().items(),
        )
        yield _labelled(
            CounterMetricFamily,
            "posmon_unreadable_fields",
            "Fields of accepted heartbeats that are unknown because they could not be read.",
            ("source", "field"),
            [(key, self._read_model.unreadable.get(key, 0)) for key in product(SOURCES, FIELD_NAMES)],
        )

    def _rejected_inputs(self) -> Mapping[tuple[str, str], int]:
        """Add up what the client, the web side and the counting of events have refused."""
        counts = Counter({("poll", Outcome.PROTOCOL.value): self._read_model.polls.results[Outcome.PROTOCOL]})
        for reason, count in self._read_model.access.rejected_pushes.items():
            counts["push", reason] += count
        if self._read_model.event_tracker is not None:
            for source, kind in product(SOURCES, RejectedFor):
                counts[source, kind.value] += self._read_model.event_tracker.rejections[source, kind]
        return counts

    def _held(self) -> Metric:
        held = self._read_model.held()
        return _labelled(
            GaugeMetricFamily,
            "posmon_alerts_held",
            "Firing alerts that are held back, by the first reason, as of the last ten seconds.",
            ("reason",),
            [((reason.value,), held.get(reason, 0)) for reason in HoldReason],
        )

    def _alerting(self) -> Iterator[Metric]:
        book = self._read_model.book
        alerts = {
            (detector.alertname, detector.severity.value, state.value): 0
            for detector in DETECTORS
            for state in _OPEN_STATES
        } | {(name, severity.value, state.value): n for (name, severity, state), n in book.counts.items()}
        yield _labelled(
            GaugeMetricFamily,
            "posmon_alerts",
            "Open alerts, suppressed ones included.",
            ("alertname", "severity", "state"),
            alerts.items(),
        )
        yield _labelled(
            CounterMetricFamily,
            "posmon_alert_transitions",
            "Steps of alerts, by the state they led to.",
            ("alertname", "to"),
            [
                ((detector.alertname, state.value), book.transitions[detector.alertname, state])
                for detector in DETECTORS
                for state in AlertState
            ],
        )
        notifications = self._read_model.notifications
        sinks = dict.fromkeys(sink for sink, _ in notifications)
        yield _labelled(
            CounterMetricFamily,
            "posmon_notifications",
            "Alerts handed to a receiver, by what became of them.",
            ("sink", "result"),
            [
                ((sink, result.value), notifications.get((sink, result), 0))
                for sink in sinks
                for result in Delivery
            ],
        )
        yield _labelled(
            GaugeMetricFamily,
            "posmon_sink_last_success_timestamp_seconds",
            "Unix time at which a receiver last took something.",
            ("sink",),
            [((sink,), taken.wall) for sink, taken in self._read_model.last_taken().items()],
        )
        yield GaugeMetricFamily(
            "posmon_outbox_entries",
            "Notifications that wait to be sent.",
            value=self._read_model.outbox_entries(),
        )

    def _parts(self) -> Iterator[Metric]:
        liveness_checks = self._read_model.liveness_checks()
        yield _labelled(
            GaugeMetricFamily,
            "posmon_part_silent_seconds",
            "How long ago a part of posmon last got on with its work.",
            ("part",),
            [((check.part,), check.silent_s) for check in liveness_checks],
        )
        yield _labelled(
            GaugeMetricFamily,
            "posmon_part_stuck",
            "Whether a part of posmon is silent for longer than it may be.",
            ("part",),
            [((check.part,), int(check.is_stuck)) for check in liveness_checks],
        )
        yield CounterMetricFamily(
            "posmon_log_lines_dropped",
            "Lines of the log that nobody read in time or that could not be written.",
            value=self._read_model.log_lines_dropped(),
        )

    def _reloading(self) -> Iterator[Metric]:
        reloads = self._read_model.reloads
        yield GaugeMetricFamily(
            "posmon_config_last_reload_successful",
            "Whether the last attempt to take in configuration and inventory succeeded.",
            value=int(reloads.successful),
        )
        if reloads.succeeded is not None:
            yield GaugeMetricFamily(
                "posmon_config_last_reload_success_timestamp_seconds",
                "Unix time of the last success.",
                value=reloads.succeeded.wall,
            )


def _labelled(
    family: type[GaugeMetricFamily] | type[CounterMetricFamily],
    name: str,
    documentation: str,
    labels: tuple[str, ...],
    samples: Iterable[tuple[tuple[str, ...], float]],
) -> Metric:
    metric = family(name, documentation, labels=labels)
    for values, value in samples:
        metric.add_metric(values, value)
    return metric


def _histogram(name: str, documentation: str, histogram: Histogram) -> Metric:
    buckets, total = [], 0
    for bound, count in zip((*map(str, histogram.bounds), "+Inf"), histogram.counts, strict=True):
        total += count
        buckets.append((bound, total))
    return HistogramMetricFamily(name, documentation, buckets=buckets, sum_value=histogram.total)
