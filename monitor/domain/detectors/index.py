"""Lists derived from the table of detectors, so that a new detector is one row."""

from collections.abc import Mapping

from monitor.domain.alerts.detector import Detector
from monitor.domain.detectors.table import DETECTORS

BY_NAME: Mapping[str, Detector] = {detector.alertname: detector for detector in DETECTORS}

OUTAGES: Mapping[str, str] = {
    kind: detector.alertname for detector in DETECTORS if detector.is_outage for kind in detector.subjects
}
"""The alert that says a whole group is down, by the kind of group."""

IMPAIRING = frozenset(detector.alertname for detector in DETECTORS if detector.impairs)
"""The alerts of a terminal that cannot take some payment or other, though it answers."""


def of_component(component: str) -> tuple[str, ...]:
    """Return the alerts that colour a part of the terminal, in the order of the table."""
    return tuple(detector.alertname for detector in DETECTORS if detector.component == component)
