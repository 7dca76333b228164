"""Can the terminal print a receipt."""

from operator import attrgetter

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.detectors.component_judges import says, shows
from monitor.domain.heartbeat.reading import PrinterStatus

_part = attrgetter("printer")
_say = says(Phrase("receipt printer", "打印机"), _part)

PRINTER: tuple[Detector, ...] = (
    Detector(
        alertname="PaperOut",
        category=Category.PRINTER,
        severity=Severity.CRITICAL,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="printer",
        component="printer",
        judge=shows(_part, PrinterStatus.PAPER_OUT),
        summary=_say,
        for_s=60,
        impairs=True,
    ),
    Detector(
        alertname="PaperLow",
        category=Category.PRINTER,
        severity=Severity.WARNING,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="printer",
        component="printer",
        judge=shows(_part, PrinterStatus.PAPER_LOW),
        summary=_say,
        for_s=300,
    ),
    Detector(
        alertname="PrinterFault",
        category=Category.PRINTER,
        severity=Severity.WARNING,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="printer",
        component="printer",
        judge=shows(_part, PrinterStatus.PAPER_JAM, PrinterStatus.COVER_OPEN, PrinterStatus.FAULT),
        summary=_say,
        for_s=120,
        impairs=True,
    ),
)
