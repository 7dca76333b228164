"""When terminals were off, from the steps of alerts."""

from dataclasses import replace

from monitor.domain.alerts.alert import AlertState
from monitor.domain.instant import Instant
from monitor.domain.rhythm.absence import Absence, ended
from tests.unit.domain.digest.steps import BEGIN, fired, step


def test_an_absence_is_an_alert_that_fired_and_ended() -> None:
    """Of the subjects asked for, subject by subject; one that never fired was none."""
    steps = [
        *fired(0.0, 60.0, alertname="Gone", subject="2"),
        *fired(10.0, 30.0, alertname="Gone", subject="1"),
        *fired(10.0, 30.0, alertname="Other", subject="1"),
        replace(step(70.0, AlertState.RESOLVED, since=65.0, alertname="Gone"), previous=AlertState.PENDING),
        *fired(80.0, alertname="Gone", subject="1"),
    ]
    found = ended(steps, "Gone", ["1", "2", "3"], since=BEGIN, until=BEGIN + 1000)
    assert found == [Absence("1", BEGIN + 10, BEGIN + 40), Absence("2", BEGIN, BEGIN + 60)]
    assert ended(steps, "Gone", ["1", "2"], since=BEGIN + 41, until=BEGIN + 60) == []


def test_what_posmon_did_not_watch_is_told() -> None:
    """The wall clock went on, posmon's own did not."""
    _, end = fired(0.0, 100.0, alertname="Gone")
    torn = replace(end, at=Instant(end.at.monotonic - 70.0, end.at.wall))
    (found,) = ended([torn], "Gone", ["1"], since=BEGIN, until=BEGIN + 1000)
    assert found.unwatched_s == 70.0
