"""The figures of a report in words."""

from math import floor

from monitor.domain.availability.report import BOUNDS_BELOW
from monitor.views.availability_report.documents import AvailabilityRowDocument

NOTHING = "–"  # noqa: RUF001 - a dash, as people write it
_NINES = 10_000


def share(value: float | None) -> str:
    """Return a share (0-1) in per cent with two decimals, rounded down: what is not whole is never 100 %."""
    if value is None:
        return NOTHING
    return f"{floor(round(value * _NINES, 6)) / 100:.2f} %"


def availability(row: AvailabilityRowDocument) -> str:
    """Return the availability of a row; with little coverage only together with its bounds."""
    said = share(row.availability)
    if row.availability is None or row.availability_bounds is None or not needs_bounds(row):
        return said
    low, high = row.availability_bounds
    return f"{said} ({share(low)} - {share(high)})"


def needs_bounds(row: AvailabilityRowDocument) -> bool:
    """Return whether so little is known that a figure alone would deceive."""
    return row.coverage is not None and row.coverage < BOUNDS_BELOW
