"""A fleet with four weeks behind it: the journal has when its terminals were off."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.rhythm.absence import Absence
from tests.fleets import LivingFleet, inventory_row
from tests.unit.domain.rhythm.lives import off_times

BERLIN = "Europe/Berlin"


def till(number: int, site: str, **fields: str) -> Terminal:
    """Return an inventory row of a till in Berlin."""
    return inventory_row(number, **{"site": site, "timezone": BERLIN} | fields)


class WeeksBehind:
    """A fleet whose terminals get their lives one by one."""

    def __init__(self, *terminals: Terminal) -> None:
        self.living = LivingFleet(terminals)

    def live(self, number: int, hours: str) -> None:
        """Let a till have been on during these hours, to the minute, for four weeks."""
        now = self.living.clock.now().wall
        first = (datetime.fromtimestamp(now, UTC) - timedelta(days=28)).date()
        absences = off_times(
            hours,
            ZoneInfo(BERLIN),
            Random(number),
            first=first,
            untidy_min=0.0,
            seen_late_s=0.0,
            subject=f"{10_000_000 + number}",
        )
        self.living.store.journal += [_ended(absence) for absence in absences if absence.end < now]


def _ended(absence: Absence) -> Transition:
    begin, end = (Instant(wall - 1.7e9, wall) for wall in (absence.begin, absence.end))
    return Transition(
        alertname="TerminalOffline",
        subject=absence.subject,
        severity=Severity.CRITICAL,
        previous=AlertState.FIRING,
        state=AlertState.RESOLVED,
        at=end,
        since=begin,
        labels={"alertname": "TerminalOffline", "terminal_id": absence.subject},
        annotations={},
    )
