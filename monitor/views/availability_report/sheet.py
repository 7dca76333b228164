"""The rows of a report as cells, for CSV and for workbooks."""

from monitor.views.availability_report.documents import AvailabilityRowDocument

SheetCell = str | float | int | None

STATE_COLUMNS = ("unmonitored", "unknown", "closed", "planned", "down", "impaired", "up")
SHARES = ("availability", "availability_low", "availability_high", "service_level", "coverage")
HEADER = (
    "key",
    "terminals",
    *SHARES,
    *(f"{state}_seconds" for state in STATE_COLUMNS),
    "outages",
    "mttr_mean_seconds",
    "mttr_median_seconds",
    "mttr_p90_seconds",
    "mtta_seconds",
    "mtbf_seconds",
)


def cells_of(row: AvailabilityRowDocument) -> list[SheetCell]:
    """Return the cells of a row below HEADER; None where there is no figure."""
    low, high = row.availability_bounds or (None, None)
    return [
        row.key,
        row.terminals,
        row.availability,
        low,
        high,
        row.service_level,
        row.coverage,
        *(row.seconds[state] for state in STATE_COLUMNS),
        row.outages,
        row.mttr_seconds.mean,
        row.mttr_seconds.median,
        row.mttr_seconds.p90,
        row.mtta_seconds,
        row.mtbf_seconds,
    ]


def printable(text: str) -> str:
    """Return a text with a space in the place of each sign that cannot be shown."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
