"""What a dashboard is made of, as far as ours need it; `classic` turns it into Grafana's JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

GRID_WIDTH = 24
"""Grafana's grid has so many columns; one row of it is 30 pixels high."""


class Color(StrEnum):
    """Colours by meaning; the values are names of Grafana's palette."""

    OK = "green"
    WARNING = "orange"
    CRITICAL = "red"
    UNKNOWN = "#8e8e8e"
    NEUTRAL = "blue"


Steps = Sequence[tuple[float | None, Color]]
"""Colours from a value upwards; the first step has None for its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A PromQL query; `legend` names its series (`{{label}}`)."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Leads somewhere from a value; `url` may hold Grafana's variables."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one column of a table looks: its field in the data, its heading, and what its values are."""

    source: str
    heading: str
    unit: str = ""
    steps: Steps = ()
    words: Mapping[str, tuple[str, Color]] = field(default_factory=dict)
    links: Sequence[Link] = ()
    width: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What all panels have. `description` tells a newcomer how to read it.

    `words` are texts for single values ("0", "1"), `paints` colours for series by name. `no_value` stands
    where there is nothing to show. `width` and `height` are in units of the grid.
    """

    title: str
    description: str
    queries: Sequence[Query]
    unit: str = "short"
    width: int = 8
    height: int = 8
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    steps: Steps = ((None, Color.NEUTRAL),)
    words: Mapping[str, tuple[str, Color]] = field(default_factory=dict)
    paints: Mapping[str, Color] = field(default_factory=dict)
    links: Sequence[Link] = ()
    no_value: str = ""

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        raise NotImplementedError

    @property
    def is_of_now(self) -> bool:
        """Whether it shows the end of the time range only, and not its course."""
        return self.kind in {"stat", "bargauge", "table"}

    @property
    def options(self) -> dict[str, Any]:
        """The options of this type of panel."""
        raise NotImplementedError

    @property
    def custom(self) -> dict[str, Any]:
        """What this type of panel adds to the looks of a field."""
        return {}


_REDUCED = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_TOOLTIP = {"mode": "multi", "sort": "desc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat(Panel):
    """One large figure; `shows_name` writes the name of the series in its place."""

    width: int = 4
    height: int = 4
    shows_name: bool = False

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        return "stat"

    @property
    def options(self) -> dict[str, Any]:
        """The figure in the colour of its threshold, without a sparkline."""
        return {
            "reduceOptions": _REDUCED,
            "orientation": "auto",
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "textMode": "name" if self.shows_name else "auto",
            "wideLayout": True,
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSeries(Panel):
    """Lines over time, or areas upon each other when `is_stacked`."""

    width: int = 12
    is_stacked: bool = False

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        return "timeseries"

    @property
    def options(self) -> dict[str, Any]:
        """A legend below, and a tooltip of all series."""
        legend = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
        return {"legend": legend, "tooltip": _TOOLTIP}

    @property
    def custom(self) -> dict[str, Any]:
        """Thin lines; what is stacked is filled."""
        return {
            "drawStyle": "line",
            "lineInterpolation": "stepAfter" if self.is_stacked else "linear",
            "lineWidth": 1,
            "fillOpacity": 60 if self.is_stacked else 8,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if self.is_stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if len(self.steps) > 1 else "off"},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGauge(Panel):
    """One horizontal bar for each series."""

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        return "bargauge"

    @property
    def options(self) -> dict[str, Any]:
        """Plain bars with names on their left."""
        return {
            "reduceOptions": _REDUCED,
            "orientation": "horizontal",
            "displayMode": "basic",
            "namePlacement": "left",
            "valueMode": "color",
            "showUnfilled": True,
            "sizing": "auto",
            "minVizWidth": 8,
            "minVizHeight": 16,
            "maxVizHeight": 32,
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False, "calcs": []},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTimeline(Panel):
    """One band for each series, coloured by its state."""

    width: int = 24

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        return "state-timeline"

    @property
    def options(self) -> dict[str, Any]:
        """Equal states in a row are one piece."""
        return {
            "mergeValues": True,
            "showValue": "never",
            "alignValue": "left",
            "rowHeight": 0.9,
            "perPage": 20,
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "single", "sort": "none"},
        }

    @property
    def custom(self) -> dict[str, Any]:
        """Filled bands with no line around."""
        return {"fillOpacity": 80, "lineWidth": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Panel):
    """Rows made of all queries, joined where their common labels agree; `columns` from left to right.

    `sorted_by` is the heading of the column whose highest values come first.
    """

    columns: Sequence[Column]
    sorted_by: str
    width: int = 24
    height: int = 10

    @property
    def kind(self) -> str:
        """Grafana's name of the panel type."""
        return "table"

    @property
    def options(self) -> dict[str, Any]:
        """Small rows under a heading."""
        return {
            "showHeader": True,
            "cellHeight": "sm",
            "frameIndex": 0,
            "sortBy": [{"displayName": self.sorted_by, "desc": True}],
        }

    @property
    def custom(self) -> dict[str, Any]:
        """Columns as wide as they need to be, with a filter each."""
        return {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True, "inspect": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A list to choose from above the dashboard: the values of `label` on the series of `selector`.

    With `takes_many` several may be chosen, or all, for which `everything` (a regular expression) stands.
    """

    name: str
    label: str
    selector: str
    title: str
    takes_many: bool = True
    everything: str = ".*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Marks in all graphs of a dashboard, for as long as `expr` has samples."""

    name: str
    expr: str
    color: Color
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A whole dashboard; panels are placed from left to right, and below when a line is full."""

    uid: str
    title: str
    description: str
    variables: Sequence[Variable]
    annotations: Sequence[Annotation]
    panels: Sequence[Panel]
    pages: Sequence[Link]
    """Links to posmon's own pages."""
