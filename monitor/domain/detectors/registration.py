"""May the terminal take payments at all."""

from monitor.domain.alert import Category, Severity
from monitor.domain.detectors.component import says, shows
from monitor.domain.detectors.detector import Basis, Detector
from monitor.domain.reading import Reading, RegistrationStatus


def _status(reading: Reading) -> RegistrationStatus | None:
    return reading.registration.status if reading.registration else None


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
