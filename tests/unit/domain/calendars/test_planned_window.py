from monitor.domain.calendars.planned_window import MATCH_KEYS, PlannedWindow
from monitor.domain.calendars.schedule import OnceOnly


def test_a_window_without_more_is_about_everything_and_excuses() -> None:
    """What it is about is named key by key."""
    window = PlannedWindow(name="night", schedule=OnceOnly(1.0, 2.0))
    assert not window.match
    assert window.excuses_sla
    assert window.zone is None
    assert len(set(MATCH_KEYS)) == len(MATCH_KEYS) == 11
