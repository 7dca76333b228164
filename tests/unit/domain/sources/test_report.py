import pytest

from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RATE_LIMITED, UNAUTHORIZED, RoundResult


@pytest.mark.parametrize(
    ("result", "is_good"),
    [(GOOD, True), (UNAUTHORIZED, False), (RATE_LIMITED, False), (Outcome.TIMEOUT, False)],
)
def test_only_an_answer_is_good(result: str, is_good: bool) -> None:
    """A refusal, a limit and a failed poll are not; an ordinary round asks for no pause."""
    ended = RoundResult(result)
    assert (ended.is_good, ended.is_complete, ended.pause_s) == (is_good, True, 0.0)
