"""May the terminal take payments at all."""

from operator import attrgetter

from monitor.domain.alert import Category, Severity
from monitor.domain.detectors.component import says, shows
from monitor.domain.detectors.detector import Basis, Detector
from monitor.domain.reading import RegistrationStatus

_status = attrgetter("registration_status")
_say = says("registration with the host", _status)

REGISTRATION: tuple[Detector, ...] = (
    Detector(
        alertname="RegistrationLost",
        category=Category.REGISTRATION,
        severity=Severity.CRITICAL,
        basis=Basis.READING,
        judge=shows(_status, RegistrationStatus.UNREGISTERED, RegistrationStatus.SUSPENDED),
        summary=_say,
        for_s=60,
    ),
    Detector(
        alertname="RegistrationPending",
        category=Category.REGISTRATION,
        severity=Severity.WARNING,
        basis=Basis.READING,
        judge=shows(_status, RegistrationStatus.PENDING),
        summary=_say,
        for_s=24 * 3600,
    ),
)
