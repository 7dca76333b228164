"""Charts as points of SVG shapes, drawn on a field of WIDTH x HEIGHT whose top left is 0, 0."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert import AlertState
from monitor.domain.instant import parse_rfc3339
from monitor.domain.self_monitoring.fleet_trend import TREND_S, FleetTrend, Sample
from monitor.views.documents import TransitionDocument

WIDTH, HEIGHT = 720, 100
SPAN_CHOICES_S = (900.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, TREND_S)
_GAP_S = 300.0
"""Samples further apart are not joined: posmon did not look in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled shape in a `tone`, as the `points` of a polygon."""

    tone: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """How many terminals were not well, stacked by health.

    `most` is the upper end of the scale and the most there were, at `most_at`; `first_at` and `last_at` are
    the ends of the time shown, all unix seconds. `now` is how many are not well at the end.
    """

    areas: tuple[Area, ...]
    span_s: float
    first_at: float
    last_at: float
    most: int
    most_at: float
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A span of time of one alert as `x` and `width`; `severity` is its tone."""

    severity: str
    x: float
    width: float
    starts_at: str
    ends_at: str | None


def trend_chart(trend: FleetTrend, now: float) -> TrendChart | None:
    """Return the chart of the last hours up to `now`; None as long as there are not two samples.

    The time shown is the shortest of SPAN_CHOICES_S that holds all samples.
    """
    samples = [sample for sample in trend if now - TREND_S <= sample.at <= now]
    if len(samples) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    age_s = now - samples[0].at
    span_s = next((span for span in SPAN_CHOICES_S if age_s <= span), TREND_S)
    worst = max(samples, key=_troubled)
    most = max(1, _troubled(worst))
    return TrendChart(
        areas=tuple(_areas(samples, now - span_s, span_s, most)),
        span_s=span_s,
        first_at=now - span_s,
        last_at=now,
        most=most,
        most_at=worst.at,
        now=_troubled(samples[-1]),
    )


def battery_lines(samples: Sequence[tuple[float, float]], now: float) -> tuple[str, ...]:
    """Return the charge of the last day as `points` of lines, one for each stretch without a gap."""
    lines: list[list[str]] = []
    before = 0.0
    for at, percent in samples:
        if not lines or at - before > _GAP_S:
            lines.append([])
        x = WIDTH * (1 - (now - at) / TREND_S)
        lines[-1].append(f"{x:.1f},{HEIGHT * (1 - percent / 100):.1f}")
        before = at
    return tuple(" ".join(line) for line in lines if len(line) > 1)


def alert_bars(history: Sequence[TransitionDocument], now: float) -> dict[str, list[Bar]]:
    """Return by alert when it fired within the last TREND_S; `history` is newest first."""
    bars: dict[str, list[Bar]] = {}
    ends: dict[str, TransitionDocument | None] = {}
    for step in history:
        ends.setdefault(step.alertname, None)
        if step.state is AlertState.FIRING:
            bar = _bar(step, ends[step.alertname], now)
            if bar is not None:
                bars.setdefault(step.alertname, []).append(bar)
        ends[step.alertname] = step
    return bars


def _bar(step: TransitionDocument, end: TransitionDocument | None, now: float) -> Bar | None:
    begins = parse_rfc3339(step.starts_at) or now
    until = (parse_rfc3339(end.at) or now) if end else now
    if until < now - TREND_S:
        return None
    left = max(0.0, WIDTH * (1 - (now - begins) / TREND_S))
    right = min(float(WIDTH), WIDTH * (1 - (now - until) / TREND_S))
    return Bar(
        severity=step.severity,
        x=round(left, 1),
        width=round(max(2.0, right - left), 1),
        starts_at=step.starts_at,
        ends_at=end.at if end else None,
    )


def _troubled(sample: Sample) -> int:
    return sample.critical + sample.warning + sample.unknown


def _areas(samples: Sequence[Sample], start: float, span_s: float, most: int) -> list[Area]:
    """Return one area for each health and each stretch without a gap, the critical ones lowest."""
    areas = []
    for stretch in _stretches(samples):
        xs = [WIDTH * (sample.at - start) / span_s for sample in stretch]
        below = [0] * len(stretch)
        for tone in ("critical", "warning", "unknown"):
            above = [low + getattr(sample, tone) for low, sample in zip(below, stretch, strict=True)]
            if above != below:
                areas.append(Area(tone=tone, points=_polygon(xs, below, above, most)))
            below = above
    return areas


def _stretches(samples: Sequence[Sample]) -> list[list[Sample]]:
    stretches: list[list[Sample]] = []
    for sample in samples:
        if not stretches or sample.at - stretches[-1][-1].at > _GAP_S:
            stretches.append([])
        stretches[-1].append(sample)
    return [stretch for stretch in stretches if len(stretch) > 1]


def _polygon(xs: Sequence[float], below: Sequence[int], above: Sequence[int], most: int) -> str:
    upper = _corners(xs, above)
    lower = _corners(xs, below)
    return " ".join(f"{x:.1f},{HEIGHT * (1 - count / most):.1f}" for x, count in (*upper, *reversed(lower)))


def _corners(xs: Sequence[float], counts: Sequence[int]) -> list[tuple[float, int]]:
    """Return the points of a line, without those that lie on a level stretch."""
    last = len(xs) - 1
    return [
        (x, count)
        for index, (x, count) in enumerate(zip(xs, counts, strict=True))
        if index in (0, last) or not counts[index - 1] == count == counts[index + 1]
    ]
