"""Every detector, in the order in which they are asked."""

from monitor.domain.alerts.detector import Detector
from monitor.domain.detectors.connectivity import CONNECTIVITY
from monitor.domain.detectors.device import DEVICE
from monitor.domain.detectors.identity import IDENTITY
from monitor.domain.detectors.larger_outages import LARGER_OUTAGES
from monitor.domain.detectors.monitoring import MONITORING
from monitor.domain.detectors.pin import PIN
from monitor.domain.detectors.power import POWER
from monitor.domain.detectors.printer import PRINTER
from monitor.domain.detectors.registration import REGISTRATION
from monitor.domain.detectors.sales import SALES
from monitor.domain.detectors.security import SECURITY

DETECTORS: tuple[Detector, ...] = (
    *CONNECTIVITY,
    *LARGER_OUTAGES,
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
