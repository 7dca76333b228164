"""How the recording gets on, as metrics."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.recording.progress import RecordingProgress


def recording_families(progress: RecordingProgress) -> Iterator[Metric]:
    """Yield the families."""
    yield CounterMetricFamily(
        "posmon_recording_polls", "Polls written into the recording.", value=progress.recorded
    )
    yield CounterMetricFamily(
        "posmon_recording_lost_polls",
        "Polls that the recording lacks because the disk failed or was too slow.",
        value=progress.lost,
    )
    yield CounterMetricFamily(
        "posmon_recording_bytes", "Bytes written into the recording.", value=progress.written_bytes
    )
    yield GaugeMetricFamily(
        "posmon_recording_degraded",
        "Whether the recording cannot be written now; polling goes on.",
        value=int(progress.is_failing),
    )
