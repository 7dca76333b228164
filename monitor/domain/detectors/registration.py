"""May the terminal take payments at all."""

from operator import attrgetter

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.component_judges import says, shows
from monitor.domain.heartbeat.reading import RegistrationStatus

_part = attrgetter("registration")
_say = says(Phrase("registration with the host", "在主机的登记"), _part)

REGISTRATION: tuple[Detector, ...] = (
    Detector(
        alertname="RegistrationLost",
        category=Category.REGISTRATION,
        severity=Severity.CRITICAL,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="registration",
        component="registration",
        judge=shows(_part, RegistrationStatus.UNREGISTERED, RegistrationStatus.SUSPENDED),
        summary=_say,
        for_s=60,
        impairs=True,
    ),
    Detector(
        alertname="RegistrationPending",
        category=Category.REGISTRATION,
        severity=Severity.WARNING,
        owner=Owner.ACQUIRER,
        basis=Basis.READING,
        part="registration",
        component="registration",
        judge=shows(_part, RegistrationStatus.PENDING),
        summary=_say,
        for_s=24 * 3600,
        impairs=True,
    ),
)
