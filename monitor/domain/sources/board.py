"""The latest reports of one source, and how well the source itself can be asked."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import DEFAULT_DIALECT
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.sources.report import RoundResult, TerminalReport
from monitor.domain.sources.serial_holders import SerialHolders

LEAST_TO_JUDGE = 5
LEAST_SHARE = 0.5
DOUBTED_ROUNDS = 3
"""So many short lists in a row are believed: each names less than LEAST_SHARE of the terminals before it."""


@dataclass(slots=True)
class _Filed:
    """A report and the round that brought it; `arrived` is when."""

    report: TerminalReport
    round: int
    arrived: Instant


class SourceBoard:
    """What one source last said of each of its terminals.

    A poll of a terminal looks its report up: the source is asked once for all of them. A report is good for
    `stale_after_s` from when the source last heard of the terminal, or from its arrival where the source does
    not say. While the source cannot be asked, nothing is said of its terminals. `results` counts how its
    rounds ended.

    `named` are the ids, as the source has them, of its terminals in the inventory. The counts
    `not_in_inventory` (listed, and not among them) and `not_listed` (among them, and not in a complete list)
    are those of the last comparison. `discovers`: a listed terminal is watched also without a row of its own;
    that it is listed no more says nothing of such a one.

    `dialect` is that of the response codes in events of discovered terminals.

    `serials` says where each serial number was listed last, None where that is of no interest. With it, a
    serial number that is new at its id is withheld from polls until `settle` is called, when it is known
    whether that is a replacement; one that is listed twice stays withheld.
    """

    def __init__(
        self, *, name: str, kind: str, interval_s: float, stale_after_s: float, discovers: bool = False
    ) -> None:
        self.name = name
        self.kind = kind
        self.interval_s = interval_s
        self.stale_after_s = stale_after_s
        self.discovers = discovers
        self.dialect = DEFAULT_DIALECT
        self.named: Collection[str] = frozenset()
        self.serials: SerialHolders | None = None
        self.not_in_inventory = 0
        self.not_listed = 0
        self.last_result: RoundResult | None = None
        self.last_success: Instant | None = None
        self.results: Counter[str] = Counter()
        self._asked_first: Instant | None = None
        self._reports: dict[str, _Filed] = {}
        self._round = 0
        self._named = 0
        self._complete_round = 0
        self._listed = 0
        self._doubted = 0
        self._unsettled: set[str] = set()

    def __len__(self) -> int:
        """Count the terminals that the source lists."""
        return self._listed

    def __iter__(self) -> Iterator[TerminalReport]:
        """Iterate over the latest reports of listed terminals."""
        return (filed.report for filed in self._reports.values() if filed.round >= self._complete_round)

    @property
    def has_list(self) -> bool:
        """Whether a round has named every terminal of the source."""
        return self._complete_round > 0

    @property
    def is_reachable(self) -> bool:
        """Whether the source answered when it was last asked; False before the first time."""
        return self.last_result is not None and self.last_result.is_good

    @property
    def detail(self) -> str:
        """Why the source could not be asked the last time, or what else it said; "" for nothing."""
        said = self.last_result.detail if self.last_result else ""
        if not self.is_reachable or self.serials is None or not self.serials.repeated:
            return said
        remark = f"{len(self.serials.repeated)} serial numbers are listed more than once"
        return f"{said}; {remark}" if said else remark

    @property
    def unreachable_since(self) -> Instant:
        """When the source last answered, or when it was first asked; only once it was asked."""
        since = self.last_success or self._asked_first
        assert since is not None, "a source that was never asked is not unreachable"  # noqa: S101
        return since

    def begin_round(self, now: Instant) -> None:
        """Expect the reports of a new round."""
        self._round += 1
        self._named = 0
        self._asked_first = self._asked_first or now

    def file(self, reports: Iterable[TerminalReport], now: Instant) -> None:
        """Keep some reports of the round that is under way; of two about one terminal the later counts."""
        for report in reports:
            filed = self._reports.get(report.terminal)
            if self.serials is not None and _has_new_serial(report, filed):
                self._unsettled.add(report.terminal)
            if filed is None:
                self._reports[report.terminal] = _Filed(report, self._round, now)
                self._named += 1
                continue
            self._named += filed.round != self._round
            filed.report, filed.round, filed.arrived = report, self._round, now

    def end_round(self, result: RoundResult, now: Instant) -> None:
        """Note the end of a round. Terminals that a complete one did not name are no longer listed."""
        self.last_result = result
        self.results[result.result] += 1
        if not result.is_good:
            return
        self.last_success = now
        if result.is_complete and not self._is_doubtful():
            self._complete_round, self._listed = self._round, self._named
            self._reports = {
                name: filed for name, filed in self._reports.items() if filed.round >= self._round
            }

    def look_up(self, terminal: str, now: Instant) -> PollResult:
        """Return what the source's latest report makes of a poll of `terminal`."""
        if not self.is_reachable:
            return PollResult(Outcome.AWAITED, 0.0, detail=self._why_unknown())
        filed = self._reports.get(terminal)
        if filed is not None:
            return self._judged(filed, now)
        if not self._complete_round:
            return PollResult(Outcome.AWAITED, 0.0, detail=f"the source {self.name} is still being read")
        detail = f"the source {self.name} does not list it"
        is_discovered = self.discovers and terminal not in self.named
        return PollResult(Outcome.AWAITED if is_discovered else Outcome.SILENT, 0.0, detail=detail)

    def settle(self) -> None:
        """Let polls have new serial numbers: what they replace is known; of those listed twice it is not."""
        assert self.serials is not None  # noqa: S101 - who calls this has compared them
        repeated = self.serials.repeated
        self._unsettled = {
            filed.report.terminal
            for filed in map(self._reports.get, self._unsettled)
            if filed is not None and filed.report.reading.serial_number in repeated
        }

    def is_current(self, terminal: str, now: Instant) -> bool:  # noqa: ARG002 - some boards need them
        """Tell whether the report of a listed terminal says where its device is now."""
        return True

    def misses(self, terminal: str, now: Instant) -> bool:  # noqa: ARG002 - some boards need the time
        """Tell whether the source has a list, and `terminal` is not in it."""
        filed = self._reports.get(terminal)
        return self.has_list and (filed is None or filed.round < self._complete_round)

    def _why_unknown(self) -> str:
        reason = f": {self.detail}" if self.detail else ""
        return f"the source {self.name} cannot be asked{reason}"

    def _is_doubtful(self) -> bool:
        """Tell whether a list is so much shorter than the one before that it may be half of it."""
        is_short = self._listed >= LEAST_TO_JUDGE and self._named < LEAST_SHARE * self._listed
        self._doubted = self._doubted + 1 if is_short else 0
        return is_short and self._doubted < DOUBTED_ROUNDS

    def _judged(self, filed: _Filed, now: Instant) -> PollResult:
        report = filed.report
        age_s = now.monotonic - filed.arrived.monotonic
        if report.seen_at is not None:
            age_s = max(age_s, now.wall - report.seen_at)
        if report.online is False:
            return PollResult(Outcome.REPORTED_OFFLINE, 0.0, detail=f"{self.name} reports it offline")
        if age_s > self.stale_after_s:
            return PollResult(Outcome.AWAITED, 0.0, detail=f"{self.name} last heard of it {_span(age_s)} ago")
        return PollResult(
            Outcome.OK, 0.0, self._settled(report), unreadable=report.unreadable, age_s=max(0.0, age_s)
        )

    def _settled(self, report: TerminalReport) -> Reading:
        """Return what the report says, without a serial number that is withheld."""
        if report.terminal not in self._unsettled:
            return report.reading
        return replace(report.reading, serial_number=None)


def _has_new_serial(report: TerminalReport, filed: _Filed | None) -> bool:
    serial_number = report.reading.serial_number
    if serial_number is None:
        return False
    return filed is None or filed.report.reading.serial_number != serial_number


def _span(seconds: float) -> str:
    for length_s, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds:.0f} s"
