"""One finished poll on its way into a recording, and on its way out of one."""

from typing import NamedTuple

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome, PollResult


class NotedPoll(NamedTuple):
    """A finished poll as the daemon notes it; never its events.

    `sent_at` and `uptime_seconds` are those of the reading at that moment: whoever keeps the reading moves
    them on.
    """

    terminal_id: str
    now: Instant
    outcome: Outcome
    duration_s: float
    detail: str
    reading: Reading | None
    sent_at: str | None
    uptime_seconds: int | None
    age_s: float
    unreadable: tuple[str, ...]


class RecordedPoll(NamedTuple):
    """A poll that a recording brings back; `at` is unix seconds. The reading belongs to the caller."""

    at: float
    terminal_id: str
    result: PollResult


def noted(terminal_id: str, result: PollResult, now: Instant) -> NotedPoll:
    """Return what a recording needs of a finished poll."""
    reading = result.reading
    sent_at = uptime_s = None
    if reading is not None:
        sent_at, uptime_s = reading.sent_at, reading.uptime_seconds
    return NotedPoll(
        terminal_id,
        now,
        result.outcome,
        result.duration_s,
        result.detail,
        reading,
        sent_at,
        uptime_s,
        result.age_s,
        result.unreadable,
    )
