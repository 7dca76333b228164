from structlog.testing import capture_logs

from monitor.web.listener.throttled_log import EVERY_S, ThrottledLog
from tests.fakes import FakeClock


def test_what_happens_often_is_told_once_a_minute() -> None:
    """The first at once, what follows together; one kind keeps no other from being told."""
    clock = FakeClock()
    throttled = ThrottledLog(now=clock.monotonic)
    with capture_logs() as events:
        for status in range(400, 500):
            throttled.log("web.request_refused", status=status)
        throttled.log("web.head_too_slow")
        clock.turn(EVERY_S)
        throttled.log("web.request_refused", status=431)
    assert [(event["event"], event["times"], event.get("status")) for event in events] == [
        ("web.request_refused", 1, 400),
        ("web.head_too_slow", 1, None),
        ("web.request_refused", 100, 431),
    ]
