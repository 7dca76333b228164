import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.heartbeat.reading import Activity, Reading
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import DOUBTED_ROUNDS, SourceBoard
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult, TerminalReport
from tests.fakes import START

STALE_S = 180.0
GOOD_ROUND = RoundResult(GOOD)


def board() -> SourceBoard:
    """Return the board of a source that was never asked."""
    return SourceBoard(name="acquirer", kind="json", interval_s=60.0, stale_after_s=STALE_S)


def report(terminal: str = "T1", **facts: object) -> TerminalReport:
    """Return what a source says of one terminal."""
    reading = Reading(terminal_id="", activity=Activity.IDLE)
    return TerminalReport(terminal, reading, **facts)  # type: ignore[arg-type]


def asked(
    source: SourceBoard,
    *reports: TerminalReport,
    result: RoundResult = GOOD_ROUND,
    now: Instant = START,
) -> SourceBoard:
    """Let one round bring some reports."""
    source.begin_round(now)
    source.file(reports, now)
    source.end_round(result, now)
    return source


def later(seconds: float) -> Instant:
    """Return a moment after START."""
    return START.ago(-seconds)


def test_a_report_is_a_good_poll() -> None:
    """Its reading comes with the age of what the source knows."""
    source = asked(board(), report(seen_at=START.wall - 20))
    result = source.look_up("T1", later(5))
    assert (result.outcome, result.age_s) == (Outcome.OK, 25.0)
    assert result.reading == Reading(terminal_id="", activity=Activity.IDLE)


def test_without_a_time_the_arrival_counts() -> None:
    """A source that does not say when it saw a terminal has seen it when it said so."""
    assert asked(board(), report()).look_up("T1", later(7)).age_s == 7.0


@pytest.mark.parametrize(("age_s", "outcome"), [(STALE_S, Outcome.OK), (STALE_S + 1, Outcome.AWAITED)])
def test_old_reports_say_nothing(age_s: float, outcome: Outcome) -> None:
    """What the source has not heard for too long is unknown, and not offline."""
    source = asked(board(), report(seen_at=START.wall - age_s))
    assert source.look_up("T1", START).outcome is outcome


def test_the_source_may_say_that_a_terminal_is_offline() -> None:
    """That is a failed poll with the source's name."""
    result = asked(board(), report(online=False)).look_up("T1", START)
    assert (result.outcome, result.detail) == (Outcome.REPORTED_OFFLINE, "acquirer reports it offline")


def test_a_source_that_was_never_asked_says_nothing() -> None:
    """Its terminals are awaited."""
    assert board().look_up("T1", START).outcome is Outcome.AWAITED


def test_a_source_that_cannot_be_asked_is_not_a_dead_fleet() -> None:
    """Its terminals are unknown, and what it said before counts again once it answers."""
    source = asked(board(), report())
    asked(source, result=RoundResult(UNAUTHORIZED, "status 401"))
    assert source.look_up("T1", START).outcome is Outcome.AWAITED
    assert not source.is_reachable
    asked(source, report())
    assert source.look_up("T1", START).outcome is Outcome.OK


def test_a_terminal_that_is_listed_no_more_is_silent() -> None:
    """A complete list without it says so; a broken one does not."""
    source = asked(board(), report("T1"), report("T2"))
    asked(source, report("T1"), result=RoundResult(GOOD, is_complete=False))
    assert source.look_up("T2", START).outcome is Outcome.OK
    asked(source, report("T1"))
    assert source.look_up("T2", START).outcome is Outcome.SILENT
    assert len(source) == 1


def test_half_a_list_is_believed_late() -> None:
    """A list of far fewer terminals than before needs DOUBTED_ROUNDS in a row."""
    everybody = [report(f"T{number}") for number in range(10)]
    source = asked(board(), *everybody)
    outcomes = []
    for _ in range(DOUBTED_ROUNDS):
        asked(source, *everybody[:3])
        outcomes.append(source.look_up("T9", START).outcome)
    assert outcomes == [Outcome.OK] * (DOUBTED_ROUNDS - 1) + [Outcome.SILENT]


def test_a_terminal_named_twice_counts_once() -> None:
    """The later of two reports counts."""
    source = asked(board(), report(online=False), report(online=True))
    assert len(source) == 1
    assert source.look_up("T1", START).outcome is Outcome.OK


def test_unreachable_since_its_last_answer() -> None:
    """Or since it was first asked, if it never answered."""
    source = asked(board(), result=RoundResult(Outcome.TIMEOUT, "no answer"), now=later(10))
    asked(source, result=RoundResult(Outcome.TIMEOUT, "no answer"), now=later(20))
    assert source.unreachable_since == later(10)
    asked(source, report(), now=later(30))
    asked(source, result=RoundResult(Outcome.TIMEOUT, "no answer"), now=later(40))
    assert source.unreachable_since == later(30)
    assert source.results == {Outcome.TIMEOUT: 3, GOOD: 1}


@given(
    rounds=st.lists(
        st.tuples(st.lists(st.sampled_from("ABCDEFGH"), max_size=12), st.booleans(), st.booleans()),
        max_size=8,
    )
)
def test_any_rounds_leave_a_true_board(rounds: list[tuple[list[str], bool, bool]]) -> None:
    """A terminal that the latest good round named is known, and only named ones ever are."""
    source, named = board(), set()
    for terminals, is_good, is_complete in rounds:
        result = RoundResult(GOOD if is_good else Outcome.TIMEOUT, is_complete=is_complete)
        asked(source, *map(report, terminals), result=result)
        named |= set(terminals)
        for terminal in "ABCDEFGH":
            outcome = source.look_up(terminal, START).outcome
            if not is_good:
                assert outcome is Outcome.AWAITED
            elif terminal in terminals:
                assert outcome is Outcome.OK
            elif outcome is Outcome.OK:
                assert terminal in named
