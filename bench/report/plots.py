"""The plots of docs/performance.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from bench.figures import sized
from bench.parts.simulated import named
from bench.report.results import Part, Results, Unmeasured
from bench.report.svg import Drawing
from bench.report.tables import OTHERS, SIDES
from bench.report.wording import amount

KEPT, FRESH = "#0969da", "#bc4c00"
SIZES = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Places on a logarithmic axis: whole powers of ten from `low` to `high`, between two pixels."""

    low: int
    high: int
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value is."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def scale_for(values: Sequence[float], *, start: float, end: float) -> Scale:
    """Return the scale that has room for all `values`."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return Scale(low=low, high=max(high, low + 1), start=start, end=end)


def cost_plot(cost: Part) -> str:
    """Return the CPU time of one poll of all sides: a row each, a dot for kept and one for fresh."""
    found = [(side, way, name) for side in SIDES for way in (KEPT, FRESH) if (name := _name(side, way))]
    found += [(side, FRESH, side) for side in OTHERS]
    dots = [(side, way, value) for side, way, name in found if (value := _median(cost, name))]
    drawing = Drawing(
        width=760,
        height=290,
        title="CPU time for one poll",
        description="; ".join(
            f"{name}: {amount(value)} µs" for _, _, name in found if (value := _median(cost, name))
        ),
    )
    drawing.text(
        (16, 26), "CPU time for one poll, µs, all processes of a side (logarithmic)", size=14, bold=True
    )
    across = scale_for([value for _, _, value in dots], start=230, end=720)
    for tick in across.ticks:
        drawing.line((across(tick), 64), (across(tick), 255))
        drawing.text((across(tick), 274), power(tick), anchor="middle")
    for row, side in enumerate((*SIDES, *OTHERS)):
        height = 88 + 38 * row
        drawing.text((214, height + 4), side, anchor="end", bold=side == "posmon")
        for _, way, value in (dot for dot in dots if dot[0] == side):
            drawing.dot((across(value), height), colour=way)
            drawing.text((across(value), height - 9), amount(value), anchor="middle", size=11)
    _legend(drawing, [("connections kept", KEPT, False), ("a new connection for each poll", FRESH, False)])
    return drawing.document()


def _name(side: str, way: str) -> str:
    return f"{side}, {'kept' if way == KEPT else 'fresh'}"


def _median(part: Part, name: str) -> float | None:
    try:
        return part.median(name)
    except Unmeasured:
        return None


def _legend(drawing: Drawing, entries: Sequence[tuple[str, str, bool]]) -> None:
    left = 20.0
    for words, colour, hollow in entries:
        drawing.dot((left, 46), colour=colour, hollow=hollow)
        drawing.text((left + 10, 50), words)
        left += 40 + 6.6 * len(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One figure over the size of the fleet: where it is measured over loopback, and simulated."""

    title: str
    part: str
    what: str
    simulated: str = ""


PANELS = (
    Panel(title="CPU per poll, µs", part="growth", what="CPU per poll", simulated="CPU per poll"),
    Panel(title="resident memory, MB", part="growth", what="resident memory", simulated="resident memory"),
    Panel(title="start to ready, s", part="growth", what="start to ready", simulated="start to ready"),
    Panel(
        title="ready to all polled once, s",
        part="growth",
        what="ready to every terminal polled",
        simulated="ready to every terminal polled",
    ),
    Panel(title="a page of metrics, s", part="exposition", what="a page of metrics, plain"),
    Panel(
        title="slowest /-/healthy meanwhile, ms", part="exposition", what="longest wait for /-/healthy, plain"
    ),
)
WIDTH, HEIGHT, COLUMNS = 300, 210, 3

Series = Sequence[tuple[int, float]]
"""Sizes of fleets, and what was measured of each."""


def growth_plot(results: Results) -> str:
    """Return what grows with the fleet: a panel for each figure that was measured.

    Raises Unmeasured when a part is lacking: a plot drawn from the others would lose its panels.
    """
    for part in ("growth", "exposition", "simulated"):
        results[part]
    drawn = [(panel, *both) for panel in PANELS if any(both := _both_series(panel, results))]
    sizes = sorted({size for _, *both in drawn for series in both for size, _ in series})
    if not sizes:
        raise Unmeasured("any panel of growth")
    title = f"Growth with the fleet, {power(sizes[0])} to {power(sizes[-1])} terminals"
    drawing = Drawing(
        width=COLUMNS * WIDTH,
        height=60 + ceil(len(drawn) / COLUMNS) * HEIGHT,
        title=title,
        description="A panel for each figure; the tables say the same.",
    )
    drawing.text((16, 26), f"{title} (both axes logarithmic)", size=14, bold=True)
    entries = [("over loopback", KEPT, False)]
    if any(simulated for _, _, simulated in drawn):
        entries.append(("polling simulated at the port", FRESH, True))
    _legend(drawing, entries)
    for number, (panel, measured, simulated) in enumerate(drawn):
        row, column = divmod(number, COLUMNS)
        corner = (column * WIDTH, 60 + row * HEIGHT)
        _draw_panel(drawing, panel.title, measured, simulated, sizes=sizes, corner=corner)
    return drawing.document()


def _both_series(panel: Panel, results: Results) -> tuple[Series, Series]:
    measured = _series(results[panel.part], [(size, sized(size, panel.what)) for size in SIZES])
    wanted = [(size, named(size, panel.simulated)) for size in SIZES if panel.simulated]
    return measured, _series(results["simulated"], wanted)


def _series(part: Part, wanted: Iterable[tuple[int, str]]) -> Series:
    found = [(size, _median(part, name)) for size, name in wanted]
    return [(size, value) for size, value in found if value]


def _draw_panel(
    drawing: Drawing,
    title: str,
    measured: Series,
    simulated: Series,
    *,
    sizes: Sequence[int],
    corner: tuple[int, int],
) -> None:
    left, top = corner
    across = scale_for(sizes, start=left + 80, end=left + WIDTH - 26)
    up = scale_for([value for _, value in (*measured, *simulated)], start=top + HEIGHT - 34, end=top + 46)
    drawing.text((left + 16, top + 22), title, bold=True)
    for tick in up.ticks:
        drawing.line((left + 58, up(tick)), (left + WIDTH - 10, up(tick)))
        drawing.text((left + 52, up(tick) + 4), power(tick), anchor="end", size=11)
    for size in sizes:
        drawing.text((across(size), up.start + 18), short(size), anchor="middle", size=11)
    for series, colour, hollow in ((measured, KEPT, False), (simulated, FRESH, True)):
        places = [(across(size), up(value)) for size, value in series]
        drawing.path(places, colour=colour, dashed=hollow)
        for place, (_, value) in zip(places, series, strict=True):
            drawing.dot(place, colour=colour, hollow=hollow)
            drawing.text((place[0], place[1] - 9), amount(value), anchor="middle", size=11)


def short(size: int) -> str:
    """Return a fleet's size in few characters: `100k`, `1M`."""
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k"


def power(value: float) -> str:
    """Return a power of ten in full."""
    return f"{value:g}" if value < 1 else f"{value:,.0f}".replace(",", " ")
