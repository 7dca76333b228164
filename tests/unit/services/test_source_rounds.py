"""What a source that breaks its promise costs: its own round."""

from collections.abc import Callable, Sequence

from structlog.testing import capture_logs

from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from monitor.services.source_rounds import SourceRounds
from tests.fakes import FakeClock, loop_settled
from tests.running import running

Deliver = Callable[[Sequence[TerminalReport]], None]


class Breaking:
    """A source that raises."""

    async def ask(self, _deliver: Deliver) -> RoundResult:
        """Raise what no source may raise."""
        raise OverflowError("int too large to convert to float")


class Answering:
    """A source that answers, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self, deliver: Deliver) -> RoundResult:
        """Answer with no terminal at all."""
        self.asked += 1
        deliver([])
        return RoundResult(GOOD)


def board(name: str) -> SourceBoard:
    """Return a board that is filled once a minute."""
    return SourceBoard(name=name, kind="json", interval_s=60.0, stale_after_s=180.0)


async def test_a_source_that_raises_costs_only_its_own_rounds() -> None:
    """It is asked again, its board names the failure, and the other source is asked as before."""
    boards = {"broken": board("broken"), "good": board("good")}
    good, clock = Answering(), FakeClock()
    compared: list[str] = []

    async def compare(board: SourceBoard) -> None:
        compared.append(board.name)
        raise RuntimeError("a mistake of ours")

    rounds = SourceRounds(clock=clock, compare=compare)
    rounds.begin(Breaking(), boards["broken"])
    rounds.begin(good, boards["good"])
    with capture_logs() as lines:
        async with running(rounds.run()):
            await loop_settled()
            for _ in range(2):
                await clock.advance(60)
    assert good.asked == 3
    assert compared == ["good"] * 3
    assert boards["good"].is_reachable
    assert boards["broken"].results == {Outcome.PROTOCOL: 3}
    assert "could not be read" in boards["broken"].detail
    assert [line["source"] for line in lines if line["event"] == "source.broken"] == ["broken"] * 3
