"""Writes the segment files of a recording, and removes old ones."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog

from monitor.adapters.recording.folder import name_of, segments
from monitor.adapters.recording.segment import framed
from monitor.domain.recording.packing import BlockPacker
from monitor.domain.recording.recorded_poll import NotedPoll

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S

log = structlog.get_logger()


class SegmentWriter:
    """One file an hour, each beginning with whole readings; call it from a thread, one at a time or not.

    A disk that fails costs the polls of the block. It is logged once, as is that it works again.
    """

    def __init__(self, folder: Path, *, days: int) -> None:
        self._folder = folder
        self._kept_s = days * _DAY_S
        self._lock = threading.Lock()
        self._file: Path | None = None
        self._hour = 0
        self._packer = BlockPacker()
        self.fault = ""
        self.written_bytes = 0

    def write(self, polls: Sequence[NotedPoll]) -> bool:
        """Append polls as one block; False when the disk failed and they are lost."""
        with self._lock:
            try:
                self._write(polls)
            except OSError as error:
                self._file = None  # later blocks would build on one that is not there
                self._failed(error.strerror or type(error).__name__)
                return False
            if self.fault:
                self.fault = ""
                log.warning("recording.recovered")
            return True

    def _write(self, polls: Sequence[NotedPoll]) -> None:
        wall = polls[0].now.wall
        hour = int(wall // _HOUR_S)
        is_new = self._file is None or hour != self._hour
        if is_new:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_old(wall)
            self._file, self._hour, self._packer = self._folder / name_of(wall), hour, BlockPacker()
        assert self._file is not None  # noqa: S101 - for mypy
        frame = framed(self._packer.pack(polls))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if is_new else 0)
        descriptor = os.open(self._file, flags, 0o600)
        try:
            _write_all(descriptor, frame)
        finally:
            os.close(descriptor)
        self.written_bytes += len(frame)

    def _remove_old(self, wall: float) -> None:
        kept = {*segments(self._folder, since=wall - self._kept_s)}
        for path in segments(self._folder):
            if path not in kept:
                path.unlink(missing_ok=True)

    def _failed(self, reason: str) -> None:
        was_well, self.fault = not self.fault, reason
        if was_well:
            log.error("recording.failed", reason=reason, folder=str(self._folder))


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of it; of a block that does not fit nothing stays, if the disk allows that."""
    size = os.fstat(descriptor).st_size
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise
