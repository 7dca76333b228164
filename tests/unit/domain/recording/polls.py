"""Polls as the daemon notes them, and what a recording must bring back of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant, parse_rfc3339
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.recording.block import PollBlock
from monitor.domain.recording.packing import BlockPacker
from monitor.domain.recording.recorded_poll import NotedPoll, RecordedPoll, noted
from monitor.domain.recording.unpacking import BlockUnpacker

WALL = 1_795_222_800.0
"""2026-11-21T01:00:00Z."""


def at(seconds: float) -> Instant:
    """Return a moment so many seconds after WALL."""
    return Instant(50.0 + seconds, WALL + seconds)


def answered(terminal_id: str, seconds: float, **document: object) -> NotedPoll:
    """Return a poll that brought a heartbeat with these fields."""
    reading = msgspec.convert({"terminal_id": terminal_id} | document, Reading)
    return noted(terminal_id, PollResult(Outcome.OK, 0.05, reading), at(seconds))


def failed(terminal_id: str, seconds: float, detail: str = "") -> NotedPoll:
    """Return a poll that timed out."""
    return noted(terminal_id, PollResult(Outcome.TIMEOUT, 5.0, None, detail), at(seconds))


@dataclass
class Packed:
    """The blocks of a file of polls."""

    blocks: list[PollBlock]

    @classmethod
    def of(cls, portions: Iterable[list[NotedPoll]]) -> "Packed":
        """Pack a block of each portion."""
        packer = BlockPacker()
        return cls([packer.pack(polls) for polls in portions])

    def polls(self, *, without: int | None = None) -> tuple[list[RecordedPoll], int]:
        """Return all polls, a block left out if one is named, and how many are lost beside it."""
        unpacker = BlockUnpacker()
        blocks = [block for place, block in enumerate(self.blocks) if place != without]
        return [poll for block in blocks for poll in unpacker.unpack(block)], unpacker.lost


def assert_same(poll: RecordedPoll, wanted: NotedPoll) -> None:
    """Compare a poll with what it was: times to a millisecond, the terminal's clocks to two seconds."""
    assert abs(poll.at - wanted.now.wall) < 0.002
    result = poll.result
    assert (poll.terminal_id, result.outcome, result.detail) == (
        wanted.terminal_id,
        wanted.outcome,
        wanted.detail,
    )
    assert abs(result.duration_s - wanted.duration_s) <= 0.006
    assert (result.age_s, result.unreadable) == (wanted.age_s, wanted.unreadable)
    assert not result.events
    if wanted.reading is None or result.reading is None:
        assert result.reading is wanted.reading
        return
    _assert_near(_wall(result.reading.sent_at), _wall(wanted.sent_at))
    _assert_near(result.reading.uptime_seconds, wanted.uptime_seconds)
    wanted_reading = msgspec.structs.replace(
        wanted.reading, sent_at=result.reading.sent_at, uptime_seconds=result.reading.uptime_seconds
    )
    assert result.reading == wanted_reading


def _wall(text: str | None) -> float | None:
    return None if text is None else parse_rfc3339(text)


def _assert_near(found: float | None, wanted: float | None) -> None:
    assert (found is None) is (wanted is None)
    assert found is None or wanted is None or abs(found - wanted) <= 2
