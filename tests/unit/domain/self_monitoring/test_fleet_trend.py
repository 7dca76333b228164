from monitor.domain.self_monitoring.fleet_trend import (
    BATTERIES_KEPT,
    SAMPLES_KEPT,
    BatteryTrends,
    FleetTrend,
    Sample,
)


def sample(number: int) -> Sample:
    """Return a sample whose fields are told apart."""
    return Sample(
        at=60.0 * number, ok=number, warning=1, critical=2, unknown=3, offline=4, firing=4_000_000_000
    )


def test_a_trend_keeps_a_day() -> None:
    """Samples come back as they were; the oldest makes room."""
    trend = FleetTrend()
    for number in range(SAMPLES_KEPT + 5):
        trend.add(sample(number))
    assert len(trend) == SAMPLES_KEPT
    assert next(iter(trend)) == sample(5)


def test_a_trend_goes_on_from_an_earlier_run() -> None:
    """What was restored stands before what is added, and is not saved once more."""
    trend = FleetTrend()
    trend.restore([sample(1), sample(2)])
    trend.add(sample(4))
    assert list(trend) == [sample(1), sample(2), sample(4)]
    assert trend.drain_unsaved() == [sample(4)]
    assert trend.drain_unsaved() == []


def test_a_battery_is_kept_once_it_is_followed() -> None:
    """What nobody has to do with costs nothing."""
    batteries = BatteryTrends()
    batteries.add("1", 0.0, 50.0)
    batteries.follow("1")
    batteries.add("1", 60.0, 49.5)
    batteries.follow("1")
    assert batteries.of("1") == [(60.0, 49.5)]
    assert batteries.of("2") == []
    batteries.forget("1")
    assert batteries.of("1") == []


def test_batteries_are_bounded() -> None:
    """A day of each and so many of them; who was looked at longest ago makes room, who fits in does not."""
    batteries = BatteryTrends()
    for number in range(BATTERIES_KEPT):
        batteries.follow(str(number))
    batteries.follow("0")
    batteries.follow_if_room("one too many")
    batteries.follow("looked at")
    assert len(list(batteries)) == BATTERIES_KEPT
    assert {"0", "looked at"} <= set(batteries)
    assert {"1", "one too many"}.isdisjoint(batteries)
    for number in range(SAMPLES_KEPT + 3):
        batteries.add("0", float(number), 1.0)
    assert len(batteries.of("0")) == SAMPLES_KEPT
    assert batteries.of("0")[0] == (3.0, 1.0)
