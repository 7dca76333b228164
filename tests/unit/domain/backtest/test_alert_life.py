from monitor.domain.backtest.alert_life import AlertLife


def test_an_alert_lasts_from_firing_to_its_end() -> None:
    """Until it is resolved it is open, and nothing says that receivers were told."""
    life = AlertLife("PaperOut", "1", 100.0, 130.0)
    assert life.lasted_s == 30.0
    assert life.is_open
    assert not life.is_told
