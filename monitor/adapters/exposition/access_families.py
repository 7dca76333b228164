"""Metrics of the web side: requests, who was refused, and the certificate."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Refusal


def access_families(access: AccessStatistics) -> Iterator[Metric]:
    """Yield the families; the certificate's has a sample only where there is one."""
    requests = CounterMetricFamily(
        "posmon_http_requests", "Answered requests by route and class of status.", labels=("route", "status")
    )
    for labels, count in sorted(access.requests.items()):
        requests.add_metric(labels, count)
    yield requests
    failures = CounterMetricFamily(
        "posmon_authentication_failures", "Requests refused for their credentials.", labels=("reason",)
    )
    for refusal in Refusal:
        failures.add_metric((refusal.value,), access.refusals[refusal])
    failures.add_metric(("scope",), access.forbidden)
    yield failures
    yield GaugeMetricFamily(
        "posmon_tokens_readable",
        "Whether the file of tokens was good when it was last read.",
        value=int(access.tokens_readable),
    )
    expiry = GaugeMetricFamily(
        "posmon_tls_certificate_expiry_timestamp_seconds", "When the web side's certificate ends."
    )
    if access.certificate_expires_at is not None:
        expiry.add_metric((), access.certificate_expires_at)
    yield expiry
