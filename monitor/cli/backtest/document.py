"""The result of a backtest as JSON and CSV."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from monitor.domain.backtest.comparison import AlertComparison, Difference
from monitor.domain.instant import rfc3339

CHANGES = ("new", "gone", "longer", "shorter")


class BacktestDifference(Struct):
    """An alert that the other settings change; seconds, 0 where it did not fire."""

    subject: str
    fired_at: str
    before_seconds: float
    after_seconds: float


class BacktestAlert(Struct):
    """All alerts of one name; `_before` is under the baseline."""

    alertname: str
    raised_before: int
    raised: int
    told_before: int
    told: int
    longer: list[BacktestDifference]
    shorter: list[BacktestDifference]
    gone: list[BacktestDifference]
    new: list[BacktestDifference]


class BacktestDocument(Struct, kw_only=True):
    """The whole result. `polls` were evaluated; `unwatched`, `damaged_blocks` and `lost_polls` were not."""

    recording: str
    baseline: str
    config: str
    first_poll: str | None
    last_poll: str | None
    polls: int
    unwatched: int
    damaged_blocks: int
    lost_polls: int
    alerts: list[BacktestAlert]
    not_backtested: Sequence[str]


def alert_of(compared: AlertComparison) -> BacktestAlert:
    """Return one alert's comparison."""
    return BacktestAlert(
        compared.alertname,
        compared.raised_before,
        compared.raised,
        compared.told_before,
        compared.told,
        *(
            [_difference(one) for one in getattr(compared, name)]
            for name in ("longer", "shorter", "gone", "new")
        ),
    )


def rows_of(document: BacktestDocument) -> Iterator[Sequence[str]]:
    """Yield the headings, then a row for each alert that is not as before."""
    yield ("alertname", "change", "subject", "fired_at", "before_seconds", "after_seconds")
    for alert in document.alerts:
        for change in CHANGES:
            for one in getattr(alert, change):
                seconds = f"{one.before_seconds:.0f}", f"{one.after_seconds:.0f}"
                yield (alert.alertname, change, one.subject, one.fired_at, *seconds)


def _difference(one: Difference) -> BacktestDifference:
    return BacktestDifference(
        one.subject, rfc3339(one.fired_at), round(one.before_s, 1), round(one.after_s, 1)
    )
