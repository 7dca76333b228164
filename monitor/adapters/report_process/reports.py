"""The daemon's side of the process that makes reports."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path

import msgspec

from monitor.adapters.report_process.errand import ReportErrand, errand_for, read_first_second, read_part
from monitor.domain.availability.report import ReportQuery, ReportSummary
from monitor.ports.availability_reports import ReportFailed, ReportPart
from monitor.ports.clock import Clock

PATIENCE_S = 120.0
"""A process that says nothing for so long is ended."""

_LONGEST_LINE = 4 * 1024 * 1024


class ReportProcess:
    """Has reports made from the store at `path`; a window that is declared late may reach back `late_s`."""

    def __init__(self, path: Path, *, clock: Clock, late_s: float, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._clock = clock
        self._late_s = late_s
        self._patience_s = patience_s
        self._one_at_a_time = asyncio.Lock()

    async def first_second(self) -> int | None:
        """Return when the recorded history begins; see the port."""
        async with aclosing(self._lines(None)) as lines:
            async for line in lines:
                return read_first_second(line)
        raise ReportFailed("the process that makes reports said nothing")

    async def stream(self, query: ReportQuery) -> AsyncGenerator[ReportPart, None]:
        """Yield the parts of a report; see the port."""
        async with aclosing(self._lines(query)) as lines:
            async for line in lines:
                part = read_part(line)
                yield part
                if isinstance(part, ReportSummary):
                    return
        raise ReportFailed("the process that makes reports ended before its report did")

    async def _lines(self, query: ReportQuery | None) -> AsyncGenerator[bytes, None]:
        wall = self._clock.now().wall
        errand = errand_for(self._path, query, now=wall, late_s=self._late_s)
        async with self._one_at_a_time:
            process = await _started(errand)
            try:
                assert process.stdout is not None  # noqa: S101 - asked for
                while line := await self._read(process.stdout):
                    yield line
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()  # what is left in the pipe, and its end

    async def _read(self, output: asyncio.StreamReader) -> bytes:
        try:
            async with asyncio.timeout(self._patience_s):
                return await output.readline()
        except TimeoutError:
            raise ReportFailed("the process that makes reports does not answer") from None


async def _started(errand: ReportErrand) -> Process:
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor.adapters.report_process",
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LONGEST_LINE,
        )  # fmt: skip
    except OSError as error:
        raise ReportFailed(f"no process can be started: {error.strerror}") from None
    assert process.stdin is not None  # noqa: S101 - asked for
    process.stdin.write(msgspec.json.encode(errand))
    process.stdin.close()
    return process
