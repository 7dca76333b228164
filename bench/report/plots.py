"""The plots of docs/performance.md, drawn by matplotlib as SVG.

One set of figures makes one file, byte for byte: a plot changes in a commit only when its figures do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from math import ceil, floor, log10
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench.figures import sized
from bench.parts.simulated import named
from bench.report.results import Part, Results, Unmeasured
from bench.report.tables import OTHERS, SIDES
from bench.report.wording import amount

KEPT, FRESH = "#0969da", "#bc4c00"
INK, FAINT = "#24292f", "#d0d7de"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
STYLE: Mapping[str, object] = {
    "axes.edgecolor": FAINT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 16,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.1,
    "font.size": 9,
    "grid.color": FAINT,
    "legend.frameon": False,
    "svg.fonttype": "none",  # words stay words, so that they can be read and searched
    "svg.hashsalt": "posmon",
    "text.color": INK,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
}

Series = Sequence[tuple[int, float]]
"""Sizes of fleets, and what was measured of each."""


def decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten between which all `values` are; they are never the same."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def cost_plot(cost: Part) -> str:
    """Return the CPU time of one poll of all sides: a row each, a dot for kept and one for fresh."""
    found = [(side, way, name) for side in SIDES for way in (KEPT, FRESH) if (name := _name(side, way))]
    found += [(side, FRESH, side) for side in OTHERS]
    dots = [(side, way, value) for side, way, name in found if (value := _median(cost, name))]
    rows = {side: row for row, side in enumerate((*SIDES, *OTHERS))}
    with _figure(7.9, 3.5) as figure:
        axes = figure.subplots()
        for side, way, value in dots:
            axes.plot(value, rows[side], **_marker(way))
            _label(axes, value, rows[side], text=amount(value))
        _scale(axes, "x", [value for _, _, value in dots])
        axes.set_yticks(list(rows.values()), list(rows))
        axes.set_ylim(len(rows) - 0.5, -0.7)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.get_yticklabels()[rows["posmon"]].set_fontweight("bold")
        title = "CPU time for one poll"
        figure.suptitle(f"{title}, µs, all processes of a side (logarithmic)", fontweight="bold", fontsize=11)
        _legend(figure, {"connections kept": KEPT, "a new connection for each poll": FRESH})
        return _svg(figure, title)


def _name(side: str, way: str) -> str:
    return f"{side}, {'kept' if way == KEPT else 'fresh'}"


def _median(part: Part, name: str) -> float | None:
    try:
        return part.median(name)
    except Unmeasured:
        return None


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
COLUMNS = 3


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
    rows = ceil(len(drawn) / COLUMNS)
    with _figure(9.4, 0.8 + 2.4 * rows) as figure:
        places = figure.subplots(rows, COLUMNS, squeeze=False).flat
        for axes, (panel, measured, simulated) in zip(places, drawn, strict=False):
            _draw_panel(axes, panel.title, measured, simulated, sizes=sizes)
        for axes in list(figure.axes)[len(drawn) :]:
            axes.remove()
        title = f"Growth with the fleet, {power(sizes[0])} to {power(sizes[-1])} terminals"
        figure.suptitle(f"{title} (both axes logarithmic)", fontweight="bold", fontsize=11)
        entries = {"over loopback": KEPT}
        if any(simulated for _, _, simulated in drawn):
            entries["polling simulated at the port"] = FRESH
        _legend(figure, entries, hollow=FRESH)
        return _svg(figure, title)


def _both_series(panel: Panel, results: Results) -> tuple[Series, Series]:
    measured = _series(results[panel.part], [(size, sized(size, panel.what)) for size in SIZES])
    wanted = [(size, named(size, panel.simulated)) for size in SIZES if panel.simulated]
    return measured, _series(results["simulated"], wanted)


def _series(part: Part, wanted: Iterable[tuple[int, str]]) -> Series:
    found = [(size, _median(part, name)) for size, name in wanted]
    return [(size, value) for size, value in found if value]


def _draw_panel(axes: Axes, title: str, measured: Series, simulated: Series, *, sizes: Sequence[int]) -> None:
    axes.set_title(title)
    for series, colour, dashed in ((measured, KEPT, False), (simulated, FRESH, True)):
        if series:
            line = "--" if dashed else "-"
            axes.plot(*zip(*series, strict=True), **_marker(colour, hollow=dashed) | {"linestyle": line})
        for size, value in series:
            _label(axes, size, value, text=amount(value), below=dashed and size in dict(measured))
    _scale(axes, "y", [value for _, value in (*measured, *simulated)])
    _scale(axes, "x", sizes)
    axes.set_xticks(sizes, [short(size) for size in sizes])
    axes.set_xlim(sizes[0] / 2, sizes[-1] * 2)
    axes.grid(axis="y")
    axes.tick_params(length=0)


@contextmanager
def _figure(width_in: float, height_in: float) -> Iterator[Figure]:
    """Give a figure, drawn and saved in our style."""
    with rc_context(dict(STYLE)):  # type: ignore[arg-type]
        yield Figure(figsize=(width_in, height_in))


def _svg(figure: Figure, title: str) -> str:
    file = StringIO()
    figure.savefig(file, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def _marker(colour: str, *, hollow: bool = False) -> dict[str, Any]:
    fill = "white" if hollow else colour
    return {"color": colour, "marker": "o", "markersize": 6, "markerfacecolor": fill, "clip_on": False}


def _label(axes: Axes, x: float, y: float, *, text: str, below: bool = False) -> None:
    side, away = ("top", -6) if below else ("bottom", 6)
    axes.annotate(
        text, (x, y), xytext=(0, away), textcoords="offset points", ha="center", va=side, fontsize=8
    )


def _scale(axes: Axes, which: str, values: Sequence[float]) -> None:
    """Make an axis logarithmic, from one power of ten to another."""
    low, high = decades(values)
    axis = axes.xaxis if which == "x" else axes.yaxis
    axes.set(**{f"{which}scale": "log", f"{which}lim": (10.0**low, 10.0**high)})
    axis.set_major_locator(FixedLocator([10.0**decade for decade in range(low, high + 1)]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))
    axis.set_minor_locator(NullLocator())


def _legend(figure: Figure, entries: Mapping[str, str], *, hollow: str = "") -> None:
    handles = [
        Line2D([], [], label=words, linestyle="", **_marker(colour, hollow=colour == hollow))
        for words, colour in entries.items()
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))


def short(size: int) -> str:
    """Return a fleet's size in few characters: `100k`, `1M`."""
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k"


def power(value: float) -> str:
    """Return a power of ten in full."""
    return f"{value:g}" if value < 1 else f"{value:,.0f}".replace(",", " ")
