"""When a summary is due, and which period it is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_DAYS_OF_WEEK = 7


class Every(StrEnum):
    """How often a summary is sent."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSchedule:
    """A summary each day, or each week on `weekday` (Monday is 0), at `at` by the clock of `zone`.

    Its period goes from one time it is due to the next: on nights of the clock change a day has 23 or 25
    hours. A time that the clock skips is due as much later; of a time that comes twice the first counts.
    """

    every: Every
    at: time
    zone: tzinfo
    weekday: int = 0

    def period(self, wall: float) -> tuple[float, float]:
        """Return beginning and end (unix seconds) of the last period that is over at `wall`."""
        day = datetime.fromtimestamp(wall, UTC).astimezone(self.zone).date()
        if self.every is Every.WEEKLY:
            day -= timedelta(days=(day.weekday() - self.weekday) % _DAYS_OF_WEEK)
        if self._due(day) > wall:
            day -= self._step
        return self._due(day - self._step), self._due(day)

    @property
    def _step(self) -> timedelta:
        return timedelta(days=_DAYS_OF_WEEK if self.every is Every.WEEKLY else 1)

    def _due(self, day: date) -> float:
        return datetime.combine(day, self.at, self.zone).timestamp()
