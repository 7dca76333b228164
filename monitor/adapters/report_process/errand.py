"""What the daemon and the process that makes a report tell each other: one JSON document a line."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import msgspec

from monitor.domain.availability.report import AvailabilityRow, ReportQuery, ReportSummary
from monitor.ports.availability_reports import ReportFailed, ReportPart

ROWS_A_LINE = 200
"""So many rows are read in one go: the event loop of the daemon is busy with them for a millisecond."""


class ReportErrand(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; `now` is unix time. Without a query only `first_second` is."""

    path: str
    query: ReportQuery | None
    now: int
    late_s: int


class ReportLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: rows, or the summary, or when the history begins, or why there is no report."""

    rows: list[AvailabilityRow] | None = None
    summary: ReportSummary | None = None
    first_second: int | None = None
    failure: str = ""


_errand = msgspec.json.Decoder(ReportErrand)
_answer = msgspec.json.Decoder(ReportLine)


def read_errand(written: bytes) -> ReportErrand:
    """Return the errand; raises msgspec.MsgspecError."""
    return _errand.decode(written)


def read_part(line: bytes) -> ReportPart:
    """Return the rows or the summary of a line; raises ReportFailed."""
    try:
        answer = _answer.decode(line)
    except msgspec.MsgspecError:
        raise ReportFailed("the process that makes reports said something odd") from None
    if answer.failure:
        raise ReportFailed(answer.failure)
    return answer.rows if answer.rows is not None else answer.summary or ()


def read_first_second(line: bytes) -> int | None:
    """Return when the history begins; raises ReportFailed."""
    try:
        answer = _answer.decode(line)
    except msgspec.MsgspecError:
        raise ReportFailed("the process that makes reports said something odd") from None
    if answer.failure:
        raise ReportFailed(answer.failure)
    return answer.first_second


def lines_of(rows: Iterable[AvailabilityRow]) -> Iterable[list[AvailabilityRow]]:
    """Yield rows in portions."""
    left = iter(rows)
    while portion := list(islice(left, ROWS_A_LINE)):
        yield portion


def errand_for(path: Path, query: ReportQuery | None, *, now: float, late_s: float) -> ReportErrand:
    """Return what to ask for."""
    return ReportErrand(path=str(path), query=query, now=int(now), late_s=int(late_s))
