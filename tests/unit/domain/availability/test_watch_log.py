from monitor.domain.availability.watch_log import WatchLog
from monitor.domain.instant import Instant


def noted(log: WatchLog) -> list[tuple[int, int]]:
    """Return what is to be saved."""
    return [(watch.began, watch.ended) for watch in log.drain_unsaved()]


def at(seconds: float, *, ahead: float = 0.0) -> Instant:
    """Return a moment; the wall clock may be ahead."""
    return Instant(seconds, 1000.0 + seconds + ahead)


def test_a_machine_that_slept_leaves_a_gap() -> None:
    """The monotonic clock stood still, the wall clock went on."""
    log = WatchLog()
    log.runs(at(0))
    log.runs(at(30))
    log.runs(at(31, ahead=500))
    assert noted(log) == [(1000, 1030), (1531, 1531)]


def test_a_clock_set_back_begins_anew() -> None:
    """The times overlap; the report counts each second once."""
    log = WatchLog()
    log.runs(at(0))
    log.runs(at(600))
    log.runs(at(601, ahead=-300))
    log.runs(at(661, ahead=-300))
    assert noted(log) == [(1000, 1600), (1301, 1361)]


def test_nothing_new_within_a_minute() -> None:
    """Once it has been drained."""
    log = WatchLog()
    log.runs(at(0))
    assert noted(log) == [(1000, 1000)]
    log.runs(at(59))
    assert noted(log) == []
    log.runs(at(60))
    assert noted(log) == [(1000, 1060)]
