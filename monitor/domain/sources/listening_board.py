"""The board of a source that is not asked: its terminals speak when they have something to say."""

from monitor.domain.instant import Instant
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import RoundResult, TerminalReport


class ListeningBoard(SourceBoard):
    """Expects a report of each terminal every `interval_s`; after `stale_after_s` without one it is silent.

    Time in which posmon could not listen makes no terminal silent: each has `stale_after_s` from the moment
    the source was reached. A terminal that the source calls online is not silent: the source watches it.
    """

    def __init__(
        self, *, name: str, kind: str, interval_s: float, stale_after_s: float, discovers: bool = False
    ) -> None:
        super().__init__(
            name=name, kind=kind, interval_s=interval_s, stale_after_s=stale_after_s, discovers=discovers
        )
        self._listening_since: Instant | None = None

    def __len__(self) -> int:
        """Count the terminals that have reported."""
        return len(self._reports)

    def end_round(self, result: RoundResult, now: Instant) -> None:
        """Note whether the source can be listened to."""
        if result.is_good and not self.is_reachable:
            self._listening_since = now
        super().end_round(result, now)

    def misses(self, terminal: str, now: Instant) -> bool:
        """Tell whether posmon listens, and has not heard of `terminal` for `stale_after_s`."""
        return self.look_up(terminal, now).outcome is Outcome.SILENT

    def is_current(self, terminal: str, now: Instant) -> bool:
        """Tell whether `terminal` reports now: what an earlier one said stays on the board."""
        return self.look_up(terminal, now).outcome is Outcome.OK

    def look_up(self, terminal: str, now: Instant) -> PollResult:
        """Return what the latest report, or that there is none, makes of a poll of `terminal`."""
        if not self.is_reachable or self._listening_since is None:
            return super().look_up(terminal, now)
        filed = self._reports.get(terminal)
        since = self._listening_since
        if filed is not None and filed.arrived.monotonic > since.monotonic:
            since = filed.arrived
        silent_s = now.monotonic - since.monotonic
        report = filed.report if filed is not None else None
        is_vouched_for = report is not None and report.online is not None
        if silent_s > self.stale_after_s and not is_vouched_for:
            return PollResult(Outcome.SILENT, 0.0, detail=self._why_silent(silent_s))
        if report is None:
            return PollResult(Outcome.AWAITED, 0.0, detail=f"{self.name} has had no message of it yet")
        return self._heard(report, silent_s, now)

    def _heard(self, report: TerminalReport, silent_s: float, now: Instant) -> PollResult:
        if report.online is False:
            return PollResult(Outcome.REPORTED_OFFLINE, 0.0, detail=f"{self.name} reports it offline")
        age_s = silent_s if report.seen_at is None else max(silent_s, now.wall - report.seen_at)
        if age_s > self.stale_after_s and report.online is None:
            detail = f"the last message of it at {self.name} is {age_s:.0f} s old"
            return PollResult(Outcome.AWAITED, 0.0, detail=detail)
        reading = self._settled(report)
        return PollResult(Outcome.OK, 0.0, reading, unreadable=report.unreadable, age_s=max(0.0, age_s))

    def _why_silent(self, silent_s: float) -> str:
        return f"no message for {silent_s:.0f} s, one is expected every {self.interval_s:g} s"
