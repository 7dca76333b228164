"""Takes a sample of the fleet each minute."""

from itertools import islice

from monitor.domain.alerts.alert import AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.index import of_component
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.health import Connectivity, Health
from monitor.domain.self_monitoring.fleet_trend import (
    BATTERIES_KEPT,
    SAMPLE_S,
    BatteryTrends,
    FleetTrend,
    Sample,
)
from monitor.ports.clock import Clock
from monitor.views.census import Census, parts_of

_BATTERY_ALERTS = of_component("battery")


class TrendSampler:
    """Fills `trend` and `batteries` from the fleet as it is, a part at a time so that no poll waits."""

    def __init__(
        self, *, fleet: Fleet, book: AlertBook, clock: Clock, trend: FleetTrend, batteries: BatteryTrends
    ) -> None:
        self._fleet = fleet
        self._book = book
        self._clock = clock
        self._trend = trend
        self._batteries = batteries

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            await self.sample()
            await self._clock.sleep(SAMPLE_S)

    async def sample(self) -> None:
        """Take one sample, unless no terminal has reported yet."""
        census = Census(self._book, self._fleet)
        for part in parts_of(self._fleet):
            census.count(part)
            await self._clock.sleep(0)
        at = self._clock.now().wall
        healths = census.healths
        if healths[Health.UNKNOWN] == sum(healths.values()):
            return
        counts = self._book.counts.items()
        self._trend.add(
            Sample(
                at=at,
                ok=healths[Health.OK],
                warning=healths[Health.WARNING],
                critical=healths[Health.CRITICAL],
                unknown=healths[Health.UNKNOWN],
                offline=census.connectivities[Connectivity.OFFLINE],
                firing=sum(count for (_, _, state), count in counts if state is AlertState.FIRING),
            )
        )
        for alertname in _BATTERY_ALERTS:
            for terminal_id in islice(self._book.named(alertname), BATTERIES_KEPT):
                self._batteries.follow_if_room(terminal_id)
        for terminal_id in self._batteries:
            self._sample_battery(terminal_id, at)

    def _sample_battery(self, terminal_id: str, at: float) -> None:
        watched = self._fleet.get(terminal_id)
        if watched is None:
            self._batteries.forget(terminal_id)
        elif not watched.is_down and watched.reading is not None:
            percent = watched.reading.battery_percent
            if percent is not None:
                self._batteries.add(terminal_id, at, percent)
