import pytest

from monitor.adapters.collectors.mailbox import Mailbox
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from tests.fakes import FakeClock, loop_settled


class Pushing(PollTarget):
    """A terminal that pushes every 30 seconds."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(endpoint="push:", cadence=Cadence(interval_s=30.0, timeout_s=5.0))

    @property
    def terminal_id(self) -> str:
        """Its id."""
        return "10000001"


async def look(mailbox: Mailbox, target: PollTarget) -> PollResult:
    """Ask once."""
    results: list[PollResult] = []
    mailbox.begin(target, results.append)
    assert results == []
    await loop_settled()
    (result,) = results
    return result


@pytest.mark.parametrize(
    ("passed_s", "outcome"), [(0, Outcome.OK), (90, Outcome.OK), (91, Outcome.SILENT), (9000, Outcome.SILENT)]
)
async def test_silence_begins_after_three_intervals(passed_s: float, outcome: Outcome) -> None:
    """A heartbeat is good for three intervals, and its age is told."""
    clock = FakeClock()
    mailbox = Mailbox(clock=clock)
    mailbox.file("10000001")
    clock.turn(passed_s)
    result = await look(mailbox, Pushing())
    assert result.outcome is outcome
    assert result.age_s == (passed_s if outcome is Outcome.OK else 0.0)


async def test_the_first_heartbeat_has_its_time() -> None:
    """Nothing is said of a terminal that was never heard until three intervals have passed."""
    clock = FakeClock()
    mailbox, target = Mailbox(clock=clock), Pushing()
    outcomes = []
    for _ in range(5):
        outcomes.append((await look(mailbox, target)).outcome)
        clock.turn(30.0)
    assert outcomes == [Outcome.AWAITED] * 4 + [Outcome.SILENT]


async def test_the_silence_is_told_in_words() -> None:
    """The detail names how long and what was expected."""
    clock = FakeClock()
    mailbox = Mailbox(clock=clock)
    mailbox.file("10000001")
    clock.turn(120.0)
    assert (await look(mailbox, Pushing())).detail == "no heartbeat for 120 s, one is expected every 30 s"


async def test_a_forgotten_terminal_begins_anew() -> None:
    """What was filed of it before says nothing any more."""
    mailbox, target = Mailbox(clock=FakeClock()), Pushing()
    mailbox.file("10000001")
    mailbox.forget(target)
    assert (await look(mailbox, target)).outcome is Outcome.AWAITED
