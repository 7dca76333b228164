from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.assembly.source_changes import SourcesInForce
from monitor.config.source_settings import SourceSettings
from monitor.domain.errors import InvalidConfiguration
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport
from monitor.services.source_rounds import SourceRounds
from tests.fakes import FakeClock, not_compared


def source(name: str, **keys: Any) -> SourceSettings:
    """Return the settings of a source of kind stripe."""
    return SourceSettings(
        name=name, kind="stripe", **({"url": "http://127.0.0.1:9", "api_key": "any"} | keys)
    )


class Stage:
    """Sources in force, and who is asked."""

    def __init__(self) -> None:
        self.boards: dict[str, SourceBoard] = {}
        self.begun: list[str] = []
        self.ended: list[str] = []
        clock = FakeClock()
        self.now = clock.now()
        stage = self

        class Noting(SourceRounds):
            """Rounds that note who is asked, and ask nobody."""

            def begin(self, source: Any, board: SourceBoard) -> None:  # noqa: ARG002 - the base's signature
                """Note it."""
                assert stage.boards[board.name] is board
                stage.begun.append(board.name)

            async def end(self, name: str) -> None:
                """Note it."""
                stage.ended.append(name)

        rounds = Noting(clock=clock, compare=not_compared)
        self.sources = SourcesInForce(boards=self.boards, rounds=rounds, clock=clock)

    async def reload(self, *sources: SourceSettings) -> tuple[list[str], list[str]]:
        """Take sources into force; return who is asked anew, and who no more."""
        self.begun, self.ended = [], []
        await self.sources.replace(sources)
        assert self.begun == []
        self.sources.begin()
        return self.begun, self.ended

    def report(self, name: str) -> None:
        """Let a source list one terminal."""
        board = self.boards[name]
        board.begin_round(self.now)
        board.file([TerminalReport("T1", Reading(terminal_id=""))], self.now)
        board.end_round(RoundResult(GOOD), self.now)


async def test_only_what_differs_is_opened_and_closed() -> None:
    """Added, changed and removed sources; the others go on being asked."""
    stage = Stage()
    assert await stage.reload(source("a"), source("b")) == (["a", "b"], ["a", "b"])
    assert await stage.reload(source("a"), source("b")) == ([], [])
    assert await stage.reload(source("c"), source("b", api_key="other")) == (["c", "b"], ["a", "c", "b"])
    assert [*stage.boards] == ["c", "b"]
    await stage.sources.aclose()


async def test_what_is_known_stays_while_kind_and_address_do() -> None:
    """A new interval or key is no reason to forget; another address is another service."""
    stage = Stage()
    await stage.reload(source("a"))
    stage.report("a")
    await stage.reload(source("a", interval="20s", discover=True, stale_after="90s"))
    board = stage.boards["a"]
    assert (len(board), board.interval_s, board.stale_after_s, board.discovers) == (1, 20.0, 90.0, True)
    await stage.reload(source("a", url="http://127.0.0.1:10"))
    assert len(stage.boards["a"]) == 0
    await stage.sources.aclose()


async def test_a_renewed_file_of_authorities_is_a_change(tmp_path: Path) -> None:
    """Under its old name."""
    stage, file = Stage(), tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    await stage.reload(source("a", ca_file=file))
    assert await stage.reload(source("a", ca_file=file)) == ([], [])
    trustme.CA().cert_pem.write_to_path(file)
    assert await stage.reload(source("a", ca_file=file)) == (["a"], ["a"])
    await stage.sources.aclose()


async def test_a_source_that_cannot_be_opened_changes_nothing(tmp_path: Path) -> None:
    """Its file went between the check and this moment."""
    stage, file = Stage(), tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    await stage.reload(source("a"))
    broken = source("b", ca_file=file)
    file.unlink()
    with pytest.raises(InvalidConfiguration, match="source b cannot be opened"):
        await stage.sources.replace([source("a", interval="20s"), broken])
    assert [*stage.boards] == ["a"]
    assert stage.boards["a"].interval_s == 60.0
    assert (stage.begun, stage.ended) == (["a"], ["a"])
    await stage.sources.aclose()
