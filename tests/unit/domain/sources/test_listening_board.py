import pytest

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.listening_board import ListeningBoard
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport

GOOD_ROUND = RoundResult(GOOD, is_complete=False)
PATIENCE_S = 180.0


def at(seconds: float) -> Instant:
    """Return a moment of the test."""
    return Instant(1000.0 + seconds, 1_900_000_000.0 + seconds)


def said(*, online: bool | None = None, seen_at: float | None = None) -> TerminalReport:
    """Return what T1 said."""
    return TerminalReport("T1", Reading(terminal_id=""), online=online, seen_at=seen_at)


@pytest.fixture
def board() -> ListeningBoard:
    """Return a board whose broker is reached at second 0."""
    made = ListeningBoard(name="broker", kind="mqtt", interval_s=60.0, stale_after_s=PATIENCE_S)
    made.begin_round(at(0))
    made.end_round(GOOD_ROUND, at(0))
    return made


def test_a_terminal_that_stops_is_silent(board: ListeningBoard) -> None:
    """Until then its last message holds, with its age."""
    board.file([said()], at(10))
    held = board.look_up("T1", at(10 + PATIENCE_S))
    assert (held.outcome, held.age_s) == (Outcome.OK, PATIENCE_S)
    silent = board.look_up("T1", at(11 + PATIENCE_S))
    assert silent.outcome is Outcome.SILENT
    assert "no message for 181 s" in silent.detail


def test_a_terminal_that_never_spoke_is_awaited_and_then_silent(board: ListeningBoard) -> None:
    """It has as long as any other, from when posmon began to listen."""
    assert board.look_up("T1", at(PATIENCE_S)).outcome is Outcome.AWAITED
    assert board.look_up("T1", at(PATIENCE_S + 1)).outcome is Outcome.SILENT


def test_nobody_falls_silent_while_posmon_cannot_listen(board: ListeningBoard) -> None:
    """A broker that is away is no dead fleet, and its return gives every terminal its time anew."""
    board.file([said()], at(10))
    board.end_round(RoundResult(Outcome.REFUSED, "no connection"), at(60))
    assert board.look_up("T1", at(1000)).outcome is Outcome.AWAITED
    board.end_round(GOOD_ROUND, at(1000))
    assert board.look_up("T1", at(1000)).outcome is Outcome.OK
    assert board.look_up("T1", at(1000 + PATIENCE_S)).outcome is Outcome.OK
    assert board.look_up("T1", at(1001 + PATIENCE_S)).outcome is Outcome.SILENT


def test_good_rounds_give_no_new_time(board: ListeningBoard) -> None:
    """That posmon still listens says nothing of a terminal."""
    board.file([said()], at(10))
    for second in range(60, 240, 60):
        board.end_round(GOOD_ROUND, at(second))
    assert board.look_up("T1", at(11 + PATIENCE_S)).outcome is Outcome.SILENT


def test_a_last_will_says_more_than_silence(board: ListeningBoard) -> None:
    """The broker watches the connection: online needs no message, and offline is believed at once."""
    board.file([said(online=True)], at(10))
    assert board.look_up("T1", at(9999)).outcome is Outcome.OK
    board.file([said(online=False)], at(20))
    assert board.look_up("T1", at(20)).outcome is Outcome.REPORTED_OFFLINE


def test_an_old_state_that_comes_late_is_no_sign_of_life(board: ListeningBoard) -> None:
    """A retained message may be days old: it raises nothing, and it is not taken for news."""
    two_days_ago = at(0).wall - 2 * 86400
    board.file([said(seen_at=two_days_ago)], at(1))
    assert board.look_up("T1", at(2)).outcome is Outcome.AWAITED


def test_terminals_that_reported_are_counted(board: ListeningBoard) -> None:
    """A broker has no list of them."""
    assert len(board) == 0
    board.file([said(), said()._replace(terminal="T2"), said()], at(1))
    assert len(board) == 2
    assert [report.terminal for report in board] == ["T1", "T2"]
