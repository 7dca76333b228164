import pytest

from monitor.domain.availability.states import STATES, ServiceState, StateSeconds


def test_figures_follow_their_definitions() -> None:
    """Impaired counts for availability and against the service level; closed and planned do not count."""
    seconds = StateSeconds(
        unmonitored=100, unwatched=40, unknown=60, closed=200, planned=50, down=90, impaired=100, up=800
    )
    assert seconds.total == 1400
    assert seconds.availability == pytest.approx(900 / 990)
    assert seconds.service_level == pytest.approx(800 / 990)
    assert seconds.coverage == pytest.approx(1240 / 1400)
    assert seconds.availability_bounds == pytest.approx((900 / 1090, 1000 / 1090))


def test_without_history_there_is_no_figure() -> None:
    """Neither 0 nor 100 %."""
    nothing = StateSeconds()
    assert nothing.availability is nothing.service_level is nothing.coverage is None
    assert nothing.availability_bounds is None
    unknown = StateSeconds(unknown=10)
    assert unknown.availability is None
    assert unknown.coverage == 0.0


def test_seconds_add_up() -> None:
    """State by state."""
    one = StateSeconds(unmonitored=1, unknown=2, closed=3, planned=4, down=5, impaired=6, up=7, unwatched=1)
    both = one.plus(one)
    assert both.by_state() == dict(zip(STATES, (2, 4, 6, 8, 10, 12, 14), strict=True))
    assert both.unwatched == 2
    assert list(ServiceState) == list(STATES)
