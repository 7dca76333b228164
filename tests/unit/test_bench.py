"""The arithmetic of the bench."""

import pytest

from bench import fleet
from bench.figures import Figure, Target, ratio
from bench.processes import NotMeasured
from bench.window import Window, at_quantile

INF = float("inf")


def test_verdict_compares_the_median_with_the_target() -> None:
    """One outlier does not decide, and without samples there is no verdict."""
    figure = Figure(name="a", unit="x", rounds=[1, 2, 30], target=Target(value=2))
    assert figure.verdict() == "met"
    assert Figure(name="a", unit="x", rounds=[1, 3, 3], target=Target(value=2)).verdict() == "MISSED"
    assert Figure(name="a", unit="x", rounds=[1, 3], target=Target(value=2, at_least=True)).verdict() == "met"
    assert Figure(name="a", unit="x", target=Target(value=2), missing="x").verdict() == ""


def test_ratio_is_formed_round_by_round() -> None:
    """A round that was slow for both sides does not change their ratio."""
    above, below = (
        Figure(name=str(scale), unit="us", rounds=[scale * n for n in (1, 5)]) for scale in (6, 2)
    )
    assert ratio("r", above, below).samples == [3, 3]


def test_round_that_failed_on_one_side_has_no_ratio() -> None:
    """Rounds stay paired: what one side missed is not made up for by another round."""
    above = Figure(name="above", unit="us", rounds=[6, None, 30])
    below = Figure(name="below", unit="us", rounds=[2, 2, 10])
    assert ratio("r", above, below).rounds == [3, None, 3]
    assert ratio("r", above, below).row().endswith(" 2/3")


def test_ratio_to_a_missing_side_says_why() -> None:
    """A side that did not run leaves its reason in the table."""
    gone = Figure(name="gone", unit="us", missing="not installed")
    assert "not installed" in ratio("r", Figure(name="a", unit="us", rounds=[1]), gone).row()


@pytest.mark.parametrize(
    ("quantile", "expected"),
    [(0.5, 0.1), (0.25, 0.05), (0.75, 0.15), (1.0, 0.2)],
)
def test_quantile_is_linear_within_its_bucket(quantile: float, expected: float) -> None:
    """Cumulative counts are read as Prometheus' histogram_quantile reads them."""
    buckets = {0.1: 50.0, 0.2: 100.0, INF: 100.0}
    assert at_quantile(buckets, quantile) == pytest.approx(expected)


def test_quantile_in_the_last_bucket_is_unbounded() -> None:
    """Polls beyond the largest bound are not taken for polls at it."""
    assert at_quantile({0.1: 50.0, INF: 100.0}, 0.99) == INF


def test_quantile_of_nothing_is_no_figure() -> None:
    """A window without polls is not measured, rather than zero."""
    with pytest.raises(NotMeasured):
        at_quantile({0.1: 0.0, INF: 0.0}, 0.99)


def test_window_tells_rate_cost_and_lateness() -> None:
    """The latest poll is known by its bucket; CPU time is shared out over the polls."""
    window = Window(
        elapsed_s=10.0,
        polls=1000.0,
        good=1000.0,
        skipped=0.0,
        cpu_share=0.005,
        lateness={0.025: 980.0, 0.05: 1000.0, 0.1: 1000.0, INF: 1000.0},
    )
    assert window.rate == 100
    assert window.cpu_us == pytest.approx(50)
    assert window.late_ms(0.99) == pytest.approx(37.5)
    assert window.latest_ms == 50


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 1.0])
def test_share_of_the_fleet_hangs(share: float) -> None:
    """As many as asked for, spread evenly over the whole fleet."""
    rows = list(fleet.inventory(1000, 80, first=500, hanging=share))[1:]
    assert rows[0].startswith(fleet.terminal_id(500))
    halves = [sum("/hang/" in row for row in half) for half in (rows[:500], rows[500:])]
    assert halves == pytest.approx([500 * share] * 2, abs=2)
