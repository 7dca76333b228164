"""Every detector, in the order in which they are asked."""

from collections.abc import Mapping

from monitor.domain.alerts.detector import Detector
from monitor.domain.detectors.connectivity import CONNECTIVITY
from monitor.domain.detectors.device import DEVICE
from monitor.domain.detectors.identity import IDENTITY
from monitor.domain.detectors.monitoring import MONITORING
from monitor.domain.detectors.pin import PIN
from monitor.domain.detectors.power import POWER
from monitor.domain.detectors.printer import PRINTER
from monitor.domain.detectors.registration import REGISTRATION
from monitor.domain.detectors.sales import SALES
from monitor.domain.detectors.security import SECURITY

DETECTORS: tuple[Detector, ...] = (
    *CONNECTIVITY,
    *POWER,
    *PRINTER,
    *REGISTRATION,
    *DEVICE,
    *SECURITY,
    *PIN,
    *IDENTITY,
    *SALES,
    *MONITORING,
)
"""An alert that replaces another stands before it."""

BY_NAME: Mapping[str, Detector] = {detector.alertname: detector for detector in DETECTORS}
OUTAGES: Mapping[str, str] = {
    kind: detector.alertname for detector in DETECTORS if detector.is_outage for kind in detector.subjects
}
"""The alert that says a whole group is down, by the kind of group."""


def of_component(component: str) -> tuple[str, ...]:
    """Return the alerts that colour a part of the terminal, in the order of the table."""
    return tuple(detector.alertname for detector in DETECTORS if detector.component == component)
