from typing import Any

import pytest

from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.detectors.device import ClockLimits, FirmwareLimits, RestartLimits
from monitor.domain.fleet.firmware_cohort import FirmwareCohort
from monitor.domain.fleet.watched_terminal import RESTARTS_KEPT, WatchedTerminal
from tests.unit.domain.detectors.judging import summary, verdict, watched


@pytest.mark.parametrize(
    ("sentence", "unsent", "is_open", "expected"),
    [
        ("says nothing", None, True, "unknown"),
        ("nineteen are no backlog", 19, False, "absent"),
        ("twenty are", 20, False, "present"),
        ("six keep it open", 6, True, "present"),
        ("five clear it", 5, True, "absent"),
    ],
)
def test_backlog(sentence: str, unsent: int | None, *, is_open: bool, expected: str) -> None:
    """TransactionBacklog opens at 20 and clears at 5."""
    one = watched({"unsent_transactions": unsent})
    assert verdict("TransactionBacklog", one, is_open=is_open) is Verdict(expected), sentence


def running(version: str | None, *others: str) -> WatchedTerminal:
    """Return a terminal with this firmware in a cohort with others."""
    one = watched({"firmware_version": version})
    one.cohort = FirmwareCohort()
    for each in (version, *others):
        one.cohort.moved(None, each)
    return one


@pytest.mark.parametrize(
    ("sentence", "version", "others", "expected"),
    [
        ("says nothing", None, ["2", "2", "2"], "unknown"),
        ("a name without numbers cannot be compared", "beta", ["2", "2", "2"], "unknown"),
        ("as new as most", "2.0", ["2.0", "2.0"], "absent"),
        ("older than most", "1.9", ["2.0", "2.0"], "present"),
        ("newer than most", "2.1", ["2.0", "2.0"], "absent"),
        ("a canary outdates nobody", "2.0", ["2.0", "2.0", "3.0"], "absent"),
        ("half of them do", "2.0", ["2.0", "3.0", "3.0"], "present"),
        ("two prove nothing", "1.0", ["2.0"], "absent"),
        ("3.2 is 3.2.0", "3.2", ["3.2.0", "3.2.0"], "absent"),
        ("ten is more than nine", "3.9", ["3.10", "3.10"], "present"),
    ],
)
def test_firmware(sentence: str, version: str | None, others: list[str], expected: str) -> None:
    """FirmwareOutdated compares with what half of the same model have reached."""
    assert verdict("FirmwareOutdated", running(version, *others)) is Verdict(expected), sentence


def test_without_anything_to_compare_with_nothing_is_outdated() -> None:
    """A terminal of unknown model, or one whose cohort has shrunk, has no version to be behind."""
    assert verdict("FirmwareOutdated", watched({"firmware_version": "1"}), is_open=True) is Verdict.ABSENT
    assert verdict("FirmwareOutdated", running("1", "2"), is_open=True) is Verdict.ABSENT


def test_a_minimum_can_be_set() -> None:
    """A configured minimum is what counts, whatever the fleet runs."""
    limits = FirmwareLimits(minimum="5.0")
    assert verdict("FirmwareOutdated", running("4.9", "4.9", "4.9"), limits=limits) is Verdict.PRESENT
    assert verdict("FirmwareOutdated", running("5.0", "6.0", "6.0"), limits=limits) is Verdict.ABSENT
    assert summary("FirmwareOutdated", running("4.9"), limits) == "firmware 4.9 is older than 5.0"


@pytest.mark.parametrize(
    ("sentence", "skew_s", "is_open", "expected"),
    [
        ("says no time", None, True, "unknown"),
        ("two minutes are not too much", 120.0, False, "absent"),
        ("more is, ahead", 120.1, False, "present"),
        ("more is, behind", -120.1, False, "present"),
        ("more than one minute keeps it open", 60.1, True, "present"),
        ("more than one minute behind keeps it open", -60.1, True, "present"),
        ("one minute clears it", -60.0, True, "absent"),
    ],
)
def test_clock(sentence: str, skew_s: float | None, *, is_open: bool, expected: str) -> None:
    """ClockSkew opens beyond two minutes either way and clears at one."""
    one = watched()
    one.clock_skew_s = skew_s
    assert verdict("ClockSkew", one, is_open=is_open) is Verdict(expected), sentence


def test_clock_limits_can_be_set() -> None:
    """A host that checks certificates wants seconds."""
    one = watched()
    one.clock_skew_s = 6.0
    assert verdict("ClockSkew", one, limits=ClockLimits(over_s=5, clear_s=2)) is Verdict.PRESENT


def up(*uptimes: int | None) -> list[dict[str, Any]]:
    """Return documents with these uptimes."""
    return [{"uptime_seconds": uptime} for uptime in uptimes]


@pytest.mark.parametrize(
    ("sentence", "uptimes", "restarts"),
    [
        ("an uptime that grows is no restart", [10, 40, 70], 0),
        ("an uptime that stands still is none", [10, 10], 0),
        ("an uptime that falls is one, once the next goes on from there", [90, 10, 40], 1),
        ("each fall is one", [40, 10, 5, 2, 32], 3),
        ("an unknown uptime says nothing", [40, None, 10, 40], 0),
        ("one that does not fit the time between the polls is none", [90_000, 4_000, 4_030], 0),
        ("a 0 now and then is none", [90_000, 0, 90_060, 0, 0, 90_150], 0),
        ("a fall that the next takes back is none", [90_000, 3, 90_060], 0),
        ("a 0 may be followed by the restart's uptime", [90_000, 0, 25, 55], 1),
    ],
)
def test_restarts_are_seen_by_uptime(sentence: str, uptimes: list[int | None], restarts: int) -> None:
    """A restart shows as an uptime that fits the time since the last heartbeat, and goes on."""
    assert len(watched(*up(*uptimes)).restarts) == restarts, sentence


def test_restarts_are_kept_in_bounds() -> None:
    """A terminal that restarts at every poll costs no more than one that restarts now and then."""
    one = watched(*up(*range(100, 0, -1)), every_s=100.0)
    assert len(one.restarts) == RESTARTS_KEPT
    assert list(one.restarts) == sorted(one.restarts)


@pytest.mark.parametrize(
    ("sentence", "every_s", "restarts", "expected"),
    [
        ("two within the hour are not enough", 600.0, 2, "absent"),
        ("three within the hour are", 600.0, 3, "present"),
        ("three of which one was an hour ago are not", 1800.0, 3, "absent"),
    ],
)
def test_restarting(sentence: str, every_s: float, restarts: int, expected: str) -> None:
    """UnexpectedRestart counts restarts within an hour of the last poll."""
    one = watched(*up(*range(restarts + 2, 0, -1)), every_s=every_s)
    assert verdict("UnexpectedRestart", one) is Verdict(expected), sentence


def test_restarts_of_a_terminal_never_heard() -> None:
    """There are none."""
    assert verdict("UnexpectedRestart", watched()) is Verdict.ABSENT


def test_restart_limits_can_be_set() -> None:
    """One restart in ten minutes may be one too many."""
    one = watched(*up(90, 10, 40))
    assert verdict("UnexpectedRestart", one, limits=RestartLimits(count=1, window_s=600)) is Verdict.PRESENT


def test_summaries() -> None:
    """Summaries have the numbers a person needs."""
    one = watched({"unsent_transactions": 31})
    assert summary("TransactionBacklog", one) == "31 transactions wait to be sent"
    assert summary("FirmwareOutdated", running("1.0", "2.0", "2.0")) == "firmware 1.0 is older than 2.0"
    one.clock_skew_s = -3599.6
    assert summary("ClockSkew", one) == "clock is 3600 s behind, 1 h behind: local time sent as UTC?"
    one.clock_skew_s = 125.0
    assert summary("ClockSkew", one) == "clock is 125 s ahead"
    assert summary("UnexpectedRestart", watched(*up(40, 10, 5, 2, 32))) == "restarted 3 times in 1 hour"
