from monitor.domain.alerts.alert import AlertState, Severity
from monitor.domain.instant import rfc3339
from monitor.domain.self_monitoring.fleet_trend import TREND_S, FleetTrend, Sample
from monitor.views.documents import TransitionDocument
from monitor.web.pages.chart import HEIGHT, WIDTH, alert_bars, battery_lines, trend_chart

NOW = 1_795_222_800.0


def trend_of(*troubled: tuple[float, int, int]) -> FleetTrend:
    """Return samples of so many seconds ago, critical and warning terminals."""
    trend = FleetTrend()
    for ago, critical, warning in troubled:
        trend.add(
            Sample(at=NOW - ago, ok=5, warning=warning, critical=critical, unknown=0, offline=0, firing=0)
        )
    return trend


def test_a_trend_is_stacked_with_the_worst_lowest() -> None:
    """Two samples make one area for each health that somebody had."""
    chart = trend_chart(trend_of((225, 1, 0), (0, 1, 3)), NOW)
    assert chart is not None
    assert (chart.span_s, chart.most, chart.now) == (900.0, 4, 4)
    critical, warning = chart.areas
    assert critical.points == "540.0,75.0 720.0,75.0 720.0,100.0 540.0,100.0"
    assert warning.points == "540.0,75.0 720.0,0.0 720.0,75.0 540.0,75.0"


def test_a_trend_has_a_gap_where_nobody_looked() -> None:
    """What posmon did not see is not drawn."""
    chart = trend_chart(trend_of((6000, 1, 0), (5940, 1, 0), (60, 1, 0), (0, 1, 0)), NOW)
    assert chart is not None
    assert [area.tone for area in chart.areas] == ["critical", "critical"]


def test_a_single_sample_is_no_trend() -> None:
    """A line has two ends; what is older than a day is left out."""
    assert trend_chart(trend_of((2 * TREND_S, 1, 1), (0, 1, 1)), NOW) is None


def test_a_level_trend_has_few_points() -> None:
    """A day of the same costs no more of the page than a minute of it."""
    chart = trend_chart(trend_of(*((60.0 * number, 1, 0) for number in range(1000, -1, -1))), NOW)
    assert chart is not None
    assert len(chart.areas[0].points.split()) == 4


def test_a_battery_s_line() -> None:
    """Full is at the top, now on the right; a gap parts the line."""
    samples = [(NOW - 7200, 100.0), (NOW - 7140, 100.0), (NOW - 60, 50.0), (NOW, 0.0)]
    early, late = battery_lines(samples, NOW)
    assert early.split()[0] == "660.0,0.0"
    assert late.split() == [f"{WIDTH - 0.5:.1f},{HEIGHT / 2}", f"{WIDTH}.0,{HEIGHT}.0"]


def step(state: AlertState, ago: float, since: float, name: str = "PaperOut") -> TransitionDocument:
    """Return a step of so many seconds ago, of an alert that began `since` seconds ago."""
    return TransitionDocument(
        alertname=name,
        severity=Severity.CRITICAL,
        previous=AlertState.PENDING,
        state=state,
        at=rfc3339(NOW - ago),
        starts_at=rfc3339(NOW - since),
        summary="",
    )


def test_bars_of_alerts() -> None:
    """A bar is from when the condition began to when it was over, or until now."""
    history = [
        step(AlertState.FIRING, 3540, 3600),
        step(AlertState.RESOLVED, 7200, 14_400),
        step(AlertState.FIRING, 14_300, 14_400),
        step(AlertState.PENDING, 14_400, 14_400),
        step(AlertState.FIRING, 3 * TREND_S, 3 * TREND_S, "BatteryLow"),
        step(AlertState.RESOLVED, 4 * TREND_S, 5 * TREND_S, "PaperLow"),
        step(AlertState.FIRING, 5 * TREND_S, 5 * TREND_S, "PaperLow"),
    ]
    bars = alert_bars(history, NOW)
    assert [(bar.x, bar.width, bar.ends_at is None) for bar in bars["PaperOut"]] == [
        (690.0, 30.0, True),
        (600.0, 60.0, False),
    ]
    assert [(bar.x, bar.width) for bar in bars["BatteryLow"]] == [(0.0, 720.0)]
    assert "PaperLow" not in bars
