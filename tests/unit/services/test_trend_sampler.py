import asyncio

from monitor.domain.self_monitoring.fleet_trend import SAMPLE_S, BatteryTrends, FleetTrend, Sample
from monitor.services.trend_sampler import TrendSampler
from tests.fakes import START, loop_settled
from tests.fleets import LivingFleet, make_fleet


def sampler_of(living: LivingFleet, trend: FleetTrend, batteries: BatteryTrends) -> TrendSampler:
    """Return a sampler of a fleet."""
    return TrendSampler(
        fleet=living.fleet, book=living.book, clock=living.clock, trend=trend, batteries=batteries
    )


async def test_a_sample_each_minute() -> None:
    """The fleet is counted by health, with its alerts; nothing is as long as nothing was heard."""
    living, trend = make_fleet(3), FleetTrend()
    running = asyncio.ensure_future(sampler_of(living, trend, BatteryTrends()).run())
    await loop_settled()
    assert len(trend) == 0
    living.hear("10000000", printer={"status": "ok"})
    living.hear("10000001", printer={"status": "paper_out"})
    living.wait(61)
    await loop_settled()
    living.clock.turn(SAMPLE_S)
    await loop_settled()
    running.cancel()
    first, second = trend
    assert first == Sample(at=START.wall + 61, ok=1, warning=0, critical=1, unknown=1, offline=0, firing=2)
    assert second.at == first.at + SAMPLE_S


async def test_batteries_that_run_low_are_followed() -> None:
    """Whoever looks at a terminal with a battery alert finds a chart; other batteries are not kept."""
    living, batteries = make_fleet(2), BatteryTrends()
    living.hear("10000000", battery={"percent": 80, "charging": False})
    living.hear("10000001", battery={"percent": 5, "charging": False})
    living.wait(1)
    await sampler_of(living, FleetTrend(), batteries).sample()
    assert list(batteries) == ["10000001"]
    assert batteries.of("10000001") == [(START.wall + 1, 5.0)]


async def test_a_terminal_that_left_is_followed_no_more() -> None:
    """What is kept of it goes with it."""
    living, batteries = make_fleet(1), BatteryTrends()
    living.hear_all(battery={"percent": 80})
    batteries.follow("10000009")
    await sampler_of(living, FleetTrend(), batteries).sample()
    assert list(batteries) == []
