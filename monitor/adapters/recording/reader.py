"""Reads a recording back."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

from monitor.adapters.recording.folder import segments
from monitor.adapters.recording.segment import blocks_in
from monitor.domain.recording.block import BadBlock
from monitor.domain.recording.recorded_poll import RecordedPoll
from monitor.domain.recording.unpacking import BlockUnpacker


@dataclass(slots=True)
class RecordingReader:
    """The polls of a folder from `since` until before `until` (unix seconds), in their order.

    While it is read, `damaged` counts stretches of files that cannot be read, `lost` the polls that build on
    them. May be read more than once; raises OSError.
    """

    folder: Path
    since: float = -inf
    until: float = inf
    damaged: int = 0
    lost: int = 0

    def polls(self) -> Iterator[RecordedPoll]:
        """Yield every poll once."""
        self.damaged = self.lost = 0
        since, until = self.since, self.until
        for path in segments(self.folder, since=since, until=until):
            for poll in self._of(path):
                if since <= poll.at < until:
                    yield poll

    def _of(self, path: Path) -> Iterator[RecordedPoll]:
        unpacker = BlockUnpacker()
        for block in blocks_in(path.read_bytes()):
            if block is None:
                self.damaged += 1
                continue
            try:
                yield from unpacker.unpack(block)
            except BadBlock:
                self.damaged += 1
        self.lost += unpacker.lost
