"""A report as tests have it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from monitor.domain.availability.report import (
    AvailabilityRow,
    CauseRow,
    GroupBy,
    LateWindow,
    RepairTimes,
    ReportQuery,
    ReportSummary,
)
from monitor.domain.availability.states import StateSeconds
from monitor.ports.availability_reports import ReportFailed, ReportPart
from tests.fakes import START

DAY_S = 86_400
QUERY = ReportQuery(since=int(START.wall) - 30 * DAY_S, until=int(START.wall), by=GroupBy.SITE)


def row(key: str, *, down: int = 0, up: int = 0, outages: int = 0, **others: int) -> AvailabilityRow:
    """Return a row of so many seconds."""
    mttr = RepairTimes(mean=down / outages, median=90.0, p90=600.0) if outages else RepairTimes()
    return AvailabilityRow(
        key=key,
        seconds=StateSeconds(down=down, up=up, **others),
        outages=outages,
        mttr=mttr,
        mtta_s=61.5 if outages else None,
    )


ROWS = (
    row("", up=DAY_S),
    row("=HYPERLINK(1)", down=3_600, up=9 * DAY_S, impaired=600, closed=20 * DAY_S, outages=4),
    row("@shop 店铺 <b>", down=60, up=DAY_S, unknown=2 * DAY_S, outages=1),
    row("nothing known", unmonitored=30 * DAY_S),
)


def summary(query: ReportQuery = QUERY, rows: Sequence[AvailabilityRow] = ROWS) -> ReportSummary:
    """Return what a report of these rows says beside them."""
    seconds = StateSeconds(*map(sum, zip(*(one.seconds for one in rows), strict=True)))
    total = AvailabilityRow(key="", seconds=seconds, outages=sum(one.outages for one in rows))
    late = LateWindow(
        name="roll-out",
        by="ann",
        comment="<i>firmware</i>",
        declared_at=query.since + 9000,
        begin=query.since,
        end=query.since + 3600,
    )
    return ReportSummary(
        total=total,
        worst=(row("10000001", down=3_600, up=DAY_S, outages=2),),
        by_cause=(
            CauseRow(cause="network", outages=3, seconds=3_000),
            CauseRow(cause="PaperOut", outages=1, seconds=600),
            CauseRow(cause="", outages=1, seconds=60),
        ),
        by_cohort=(row("N910 1.0", up=DAY_S), row("N910 1.1", down=60, up=DAY_S, outages=1)),
        late_windows=(late,),
        first_second=query.since - DAY_S,
        unreadable=1,
    )


@dataclass
class FakeReports:
    """Reports whose rows are given; `asked` is what was asked for, `fault` why none can be made."""

    rows: Sequence[AvailabilityRow] = ROWS
    begins: int | None = QUERY.since - DAY_S
    fault: str = ""
    asked: list[ReportQuery] = field(default_factory=list)

    async def first_second(self) -> int | None:
        """Return when the history begins."""
        return self.begins

    async def stream(self, query: ReportQuery) -> AsyncGenerator[ReportPart, None]:
        """Yield these rows, two at a time, and the summary."""
        self.asked.append(query)
        for start in range(0, len(self.rows), 2):
            yield self.rows[start : start + 2]
        if self.fault:
            raise ReportFailed(self.fault)
        yield summary(query, self.rows)
