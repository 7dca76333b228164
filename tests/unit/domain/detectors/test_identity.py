import pytest

from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN
from monitor.domain.detectors.identity import ConflictLimits, ProbingLimits, UnknownIdLimits
from monitor.domain.events.terminal_history import ELSEWHERE, Kind, TerminalHistory
from monitor.domain.events.unknown_ids import SourceWindow, UnknownIds
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from tests.scenes import START, Scene, terminal
from tests.unit.domain.detectors.judging import detector_of, summary, verdict

T = START.monotonic


def source(*given: str) -> SourceWindow:
    """Return a source that gave these ids, ten seconds apart, the last now."""
    ids = UnknownIds()
    for number, given_id in enumerate(given):
        ids.add("192.0.2.9", given_id, START.ago(10.0 * (len(given) - 1 - number)))
    window = ids.window_of("192.0.2.9", START)
    window.now = START
    return window


def sighted(*conflicts: str) -> WatchedTerminal:
    """Return a terminal with these conflicts, all of them now."""
    watched = Scene([terminal()]).watched()
    history = TerminalHistory(clock_offset=0.0, now=START)
    watched.keep_events(history)
    for conflict in conflicts:
        history.mark(Kind.CONFLICT, T, conflict)
    return watched


def test_one_unknown_id_of_a_source_is_enough() -> None:
    """The id that has just come in must be among them."""
    window = source("40711234")
    assert verdict("UnknownTerminalId", window) is PRESENT
    assert verdict("UnknownTerminalId", window, limits=UnknownIdLimits(count=2)) is ABSENT
    window.begin_evaluation(START)
    assert verdict("UnknownTerminalId", window) is ABSENT


def test_two_ids_are_no_probing_and_three_are() -> None:
    """The same id again and again is one."""
    assert verdict("TerminalIdProbing", source("a1", "b2")) is ABSENT
    assert verdict("TerminalIdProbing", source("a1", "b2", "a1")) is ABSENT
    assert verdict("TerminalIdProbing", source("a1", "b2", "c3")) is PRESENT
    assert verdict("TerminalIdProbing", source("a1", "b2", "c3"), limits=ProbingLimits(window_s=20)) is ABSENT


@pytest.mark.parametrize(
    ("waited_s", "since", "expected"), [(599.0, 0, PRESENT), (600.0, 0, ABSENT), (600.0, 1, UNKNOWN)]
)
def test_a_probing_source_must_be_quiet_for_a_window(waited_s: float, since: float, expected: object) -> None:
    """What posmon remembers for less than a window may leave something out."""
    window = source("a1", "b2", "c3")
    window.since = START.ago(-since)
    window.now = START.ago(-waited_s)
    assert verdict("TerminalIdProbing", window, is_open=True) is expected


def test_a_source_s_alert_began_with_the_first_id_of_its_window() -> None:
    """It says how many ids there are."""
    window = source("a1", "b2", "c3")
    for alertname in ("UnknownTerminalId", "TerminalIdProbing"):
        detector = detector_of(alertname)
        assert detector.began is not None
        assert detector.began(window, detector.limits) == START.ago(20)
        assert "3 " in summary(alertname, window)
    assert "1 terminal id " in summary("UnknownTerminalId", source("a1"))


def test_a_payment_that_the_host_approves_clears_an_unknown_id() -> None:
    """The host knows the terminal again."""
    scene = Scene([terminal()])
    scene.hear(scene.transaction("97", ago=30))
    watched = scene.watched()
    assert verdict("UnknownTerminalId", watched, is_open=True) is PRESENT
    scene.hear(scene.transaction("00", ago=20))
    assert verdict("UnknownTerminalId", watched, is_open=True) is ABSENT
    scene.hear(scene.transaction("97"))
    assert verdict("UnknownTerminalId", watched, is_open=True) is PRESENT


def test_a_terminal_without_events_is_unknown_to_both() -> None:
    """Neither the host's answers nor sightings are known."""
    watched = Scene([terminal()]).watched()
    assert verdict("UnknownTerminalId", watched) is UNKNOWN
    assert verdict("TerminalIdConflict", watched) is UNKNOWN


def test_a_conflict_is_named_in_both_languages() -> None:
    """Each place is named once."""
    watched = sighted("A / B", f"{ELSEWHERE}10000002", "A / B")
    assert verdict("TerminalIdConflict", watched) is PRESENT
    assert verdict("TerminalIdConflict", watched, limits=ConflictLimits(count=4)) is ABSENT
    assert summary("TerminalIdConflict", watched) == (
        "the id is in use more than once: A / B; endpoint of terminal 10000002"
    )
    detector = detector_of("TerminalIdConflict")
    said = detector.summary(watched, detector.limits).zh
    assert said.endswith("A / B；终端 10000002 的地址")  # noqa: RUF001 - Chinese punctuation
    assert "twice" in summary("TerminalIdConflict", sighted())
