"""The trend's samples in the store: the last day's."""

from collections.abc import Sequence

from monitor.adapters.sqlite_store.database import DatabaseConnection
from monitor.domain.self_monitoring.fleet_trend import TREND_S, Sample

_SAMPLE = "INSERT OR REPLACE INTO trend VALUES (?, ?, ?, ?, ?, ?, ?)"
_OTHER_DAYS = "DELETE FROM trend WHERE at_wall < ? OR at_wall > ?"
_SAMPLES = "SELECT at_wall, ok, warning, critical, unknown, offline, firing FROM trend ORDER BY at_wall"


def write_samples(connection: DatabaseConnection, samples: Sequence[Sample]) -> None:
    """Add samples, the last one the latest, and drop what is not of the day before it."""
    if not samples:
        return
    # A clock that was set back leaves samples of the future, which would never become old enough to go.
    last = samples[-1].at
    connection.execute(_OTHER_DAYS, (last - TREND_S, last))
    connection.executemany(
        _SAMPLE,
        (
            (one.at, one.ok, one.warning, one.critical, one.unknown, one.offline, one.firing)
            for one in samples
        ),
    )


def read_samples(connection: DatabaseConnection) -> tuple[Sample, ...]:
    """Return all samples there are, oldest first."""
    return tuple(
        Sample(
            at=at, ok=ok, warning=warning, critical=critical, unknown=unknown, offline=offline, firing=firing
        )
        for at, ok, warning, critical, unknown, offline, firing in connection.execute(_SAMPLES).fetchall()
    )
